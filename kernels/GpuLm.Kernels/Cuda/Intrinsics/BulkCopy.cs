using ILGPU;
using ILGPU.IR.Intrinsics;

namespace GpuLm.Kernels.Cuda.Intrinsics;

/// <summary>
/// Copies of whole boxes between global and shared memory by the copy engine of a multiprocessor; one thread starts them (PTX ISA, "Data
/// Movement and Conversion Instructions: Bulk copy", "Tensor copy"). A load reports its bytes to a <see cref="MemoryBarrier"/>; what lies
/// outside the tensor arrives as zero and counts all the same. Coordinates are those of the box's first element, columns first. sm_90.
/// </summary>
public static class BulkCopy
{
    /// <summary>Loads a box of a matrix.</summary>
    [IntrinsicImplementation, Ptx(
        "cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes [{0}], [{1}, {{2}, {3}}], [{4}]")]
    public static void Load(uint shared, ref TensorMapPart map, int column, int row, uint barrier) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>Loads a box of one of many matrices.</summary>
    [IntrinsicImplementation, Ptx(
        "cp.async.bulk.tensor.3d.shared::cluster.global.tile.mbarrier::complete_tx::bytes [{0}], [{1}, {{2}, {3}, {4}}], [{5}]")]
    public static void Load(uint shared, ref TensorMapPart map, int column, int row, int matrix, uint barrier) =>
        throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>Loads bytes that lie side by side; addresses and number are multiples of 16.</summary>
    [IntrinsicImplementation, Ptx("cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [{0}], [{1}], {2}, [{3}]")]
    public static void Load(uint shared, ref UInt4 global, int bytes, uint barrier) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>
    /// Stores a box of a matrix, without what lies outside it. <see cref="MemoryBarrier.OrderBeforeAsync"/> by every writer of the box and
    /// a barrier come before.
    /// </summary>
    [IntrinsicImplementation, Ptx("cp.async.bulk.tensor.2d.global.shared::cta.tile.bulk_group [{1}, {{2}, {3}}], [{0}]")]
    public static void Store(uint shared, ref TensorMapPart map, int column, int row) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>Closes the group of stores that this thread started since the last one.</summary>
    [IntrinsicImplementation, Ptx("cp.async.bulk.commit_group")]
    public static void Commit() => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>Waits until all but the newest <paramref name="pending"/> groups, a constant, have read their shared memory.</summary>
    [IntrinsicImplementation, Ptx("cp.async.bulk.wait_group.read {#0}")]
    public static void WaitForReadsOfAllBut(int pending) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>Waits until all but the newest <paramref name="pending"/> groups, a constant, are done.</summary>
    [IntrinsicImplementation, Ptx("cp.async.bulk.wait_group {#0}")]
    public static void WaitForAllBut(int pending) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>Fetches a tensor map before the first copy that needs it.</summary>
    [IntrinsicImplementation, Ptx("prefetch.tensormap [{0}]")]
    public static void Prefetch(ref TensorMapPart map) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>
    /// Makes a tensor map that the host copied into global memory valid for the copies of this group that follow ("membar/fence":
    /// fence.proxy.tensormap; the copy was made outside the device, hence the scope of the whole system).
    /// </summary>
    [IntrinsicImplementation, Ptx("fence.proxy.tensormap::generic.acquire.sys [{0}], 128")]
    public static void Acquire(ref TensorMapPart map) => throw PtxIntrinsics.OnlyOnCuda;
}
