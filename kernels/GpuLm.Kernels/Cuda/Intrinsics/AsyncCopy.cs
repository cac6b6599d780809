using ILGPU;
using ILGPU.IR.Intrinsics;

namespace GpuLm.Kernels.Cuda.Intrinsics;

/// <summary>
/// Copies from global to shared memory that go on while the thread does (PTX ISA, "cp.async"). A thread's copies form groups; data may be
/// read once its group was waited for and, by other threads, after a barrier behind that. sm_80.
/// </summary>
public static class AsyncCopy
{
    /// <summary>
    /// Starts to copy <paramref name="bytes"/> (0 to 16) bytes; the rest of the 16 at the target become zero. Both sides are multiples of
    /// 16 bytes.
    /// </summary>
    [IntrinsicImplementation, Ptx("cp.async.cg.shared.global [{0}], [{1}], 16, {2}")]
    public static void Copy16(uint shared, ref UInt4 global, int bytes) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>Starts to copy four bytes, or, with <paramref name="bytes"/> 0, to write zero.</summary>
    [IntrinsicImplementation, Ptx("cp.async.ca.shared.global [{0}], [{1}], 4, {2}")]
    public static void Copy4(uint shared, ref float global, int bytes) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>Closes the group of copies that were started since the last one.</summary>
    [IntrinsicImplementation, Ptx("cp.async.commit_group")]
    public static void Commit() => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>Waits until at most <paramref name="pending"/>, a constant, of the newest groups are still on their way.</summary>
    [IntrinsicImplementation, Ptx("cp.async.wait_group {#0}")]
    public static void WaitForAllBut(int pending) => throw PtxIntrinsics.OnlyOnCuda;
}
