using ILGPU;
using ILGPU.IR.Intrinsics;

namespace GpuLm.Kernels.Cuda.Intrinsics;

/// <summary>
/// Barriers in shared memory that count arrivals and bytes (PTX ISA, "Parallel Synchronization and Communication Instructions: mbarrier").
/// A barrier is 8 bytes at a multiple of 8. Its phase, 0 at first, ends when all arrivals of the phase and all bytes that it was told to
/// expect have come; then the next one begins. sm_90.
/// </summary>
public static class MemoryBarrier
{
    /// <summary>Bytes of a barrier.</summary>
    public const int Bytes = 8;

    /// <summary>
    /// Makes a barrier whose phases take so many arrivals. One thread does it; <see cref="PublishInitialized"/> and a group barrier follow.
    /// </summary>
    [IntrinsicImplementation, Ptx("mbarrier.init.shared::cta.b64 [{0}], {1}")]
    public static void Initialize(uint barrier, int arrivals) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>
    /// Makes barriers that this thread initialised known to bulk copies ("membar/fence": fence.mbarrier_init, fence.proxy.async).
    /// </summary>
    [IntrinsicImplementation, Ptx("fence.mbarrier_init.release.cluster; fence.proxy.async.shared::cta")]
    public static void PublishInitialized() => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>
    /// Orders this thread's own accesses to shared memory before the bulk copies and wgmma that follow, which take another path to it.
    /// </summary>
    [IntrinsicImplementation, Ptx("fence.proxy.async.shared::cta")]
    public static void OrderBeforeAsync() => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>Arrives; what this thread did before is seen by those that wait for the phase (release, acquire).</summary>
    [IntrinsicImplementation, Ptx("mbarrier.arrive.shared::cta.b64 _, [{0}]")]
    public static void Arrive(uint barrier) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>Arrives and lets the phase wait for so many more bytes of bulk copies.</summary>
    [IntrinsicImplementation, Ptx("mbarrier.arrive.expect_tx.shared::cta.b64 _, [{0}], {1}")]
    public static void ArriveAndExpect(uint barrier, int bytes) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>Whether the phase of a parity, 0 or 1, has ended; sleeps a while where it has not.</summary>
    [IntrinsicImplementation, Ptx("mbarrier.try_wait.parity.shared::cta.b64 {r}, [{0}], {1}")]
    public static bool HasEnded(uint barrier, int parity) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>Waits until the phase of a parity has ended; for the phase before the first, of parity 1, not at all.</summary>
    public static void Wait(uint barrier, int parity)
    {
        bool ended = HasEnded(barrier, parity);
        while (!ended) ended = HasEnded(barrier, parity);
    }
}
