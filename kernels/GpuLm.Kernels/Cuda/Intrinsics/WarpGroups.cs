using ILGPU;
using ILGPU.IR.Intrinsics;

namespace GpuLm.Kernels.Cuda.Intrinsics;

/// <summary>
/// What four neighbouring warps do together (PTX ISA, "Asynchronous Warpgroup Level Matrix Instructions", "setmaxnreg", "elect.sync"). All
/// 128 threads call together. sm_90a.
/// </summary>
public static class WarpGroups
{
    /// <summary>Threads of a warp group.</summary>
    public const int Size = 4 * Warps.Size;

    /// <summary>
    /// Orders accesses to the registers of sums before the wgmma that follow; needed before the first one ("wgmma.fence").
    /// </summary>
    [IntrinsicImplementation, Ptx("wgmma.fence.sync.aligned")]
    public static void Fence() => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>Closes the group of wgmma that were started since the last one.</summary>
    [IntrinsicImplementation, Ptx("wgmma.commit_group.sync.aligned")]
    public static void Commit() => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>Waits until at most <paramref name="pending"/>, a constant, of the newest groups of wgmma are still at work.</summary>
    [IntrinsicImplementation, Ptx("wgmma.wait_group.sync.aligned {#0}")]
    public static void WaitForAllBut(int pending) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>
    /// Takes registers until each thread has <paramref name="count"/>, a constant multiple of 8; waits for others to free them.
    /// </summary>
    [IntrinsicImplementation, Ptx("setmaxnreg.inc.sync.aligned.u32 {#0}")]
    public static void IncreaseRegisters(int count) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>Frees registers until each thread has <paramref name="count"/>, a constant multiple of 8.</summary>
    [IntrinsicImplementation, Ptx("setmaxnreg.dec.sync.aligned.u32 {#0}")]
    public static void DecreaseRegisters(int count) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>True for one thread of the warp, always the same one.</summary>
    [IntrinsicImplementation, Ptx("elect.sync _|{r}, -1")]
    public static bool ElectOne() => throw PtxIntrinsics.OnlyOnCuda;
}
