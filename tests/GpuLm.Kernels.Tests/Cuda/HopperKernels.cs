using GpuLm.Kernels.Cuda;
using GpuLm.Kernels.Cuda.Intrinsics;
using ILGPU;

namespace GpuLm.Kernels.Tests.Cuda;

/// <summary>
/// Kernels that do nothing but call Hopper's intrinsics; their shared memory is dynamic, as bulk copies want it at multiples of 1,024
/// bytes.
/// </summary>
static class HopperKernels
{
    /// <summary>Rows and columns of the boxes.</summary>
    public const int BoxRows = 16, BoxColumns = 64;

    /// <summary>Words of a box.</summary>
    public const int BoxWords = BoxRows * BoxColumns / 2;

    /// <summary>Dynamic shared memory of both kernels: three boxes and a barrier.</summary>
    public const int SharedBytes = 3 * BoxWords * sizeof(uint) + MemoryBarrier.Bytes;

    /// <summary>
    /// One warp. Loads a box of a matrix, one of the second of several matrices and a run of words, writes all three as they lie in shared
    /// memory, and stores the first box into another matrix.
    /// </summary>
    public static void Boxes(
        ArrayView<TensorMapPart> matrix, ArrayView<TensorMapPart> matrices, ArrayView<UInt4> run, int column, int row,
        ArrayView<TensorMapPart> target, ArrayView<uint> words)
    {
        uint shared = SharedAccess.Dynamic(), barrier = shared + 3 * BoxWords * sizeof(uint);
        if (Group.IdxX == 0)
        {
            BulkCopy.Prefetch(ref matrix[0]);
            MemoryBarrier.Initialize(barrier, 1);
            MemoryBarrier.PublishInitialized();
        }
        Group.Barrier();
        if (WarpGroups.ElectOne())
        {
            BulkCopy.Acquire(ref matrix[0]);
            BulkCopy.Acquire(ref matrices[0]);
            BulkCopy.Acquire(ref target[0]);
            MemoryBarrier.ArriveAndExpect(barrier, 3 * BoxWords * sizeof(uint));
            BulkCopy.Load(shared, ref matrix[0], column, row, barrier);
            BulkCopy.Load(shared + BoxWords * sizeof(uint), ref matrices[0], column, row, 1, barrier);
            BulkCopy.Load(shared + 2 * BoxWords * sizeof(uint), ref run[0], BoxWords * sizeof(uint), barrier);
        }
        MemoryBarrier.Wait(barrier, 0);
        for (int i = Group.IdxX; i < 3 * BoxWords; i += Group.DimX) words[i] = SharedAccess.LoadUInt(shared + (uint)i * sizeof(uint));
        // Flipped signs show that the store sees what threads wrote.
        for (int i = Group.IdxX; i < BoxWords; i += Group.DimX)
        {
            SharedAccess.StoreUInt(shared + (uint)i * sizeof(uint), SharedAccess.LoadUInt(shared + (uint)i * sizeof(uint)) ^ 0x8000_8000);
        }
        MemoryBarrier.OrderBeforeAsync();
        Warps.Synchronize();
        if (WarpGroups.ElectOne())
        {
            BulkCopy.Store(shared, ref target[0], column, row);
            BulkCopy.Commit();
            BulkCopy.WaitForReadsOfAllBut(0);
            BulkCopy.WaitForAllBut(0);
        }
    }

    /// <summary>One warp writes fragments as matrices, and reads the rows that they make.</summary>
    public static void StoredMatrices(ArrayView<UInt4> fragments, ArrayView<UInt4> rows)
    {
        uint row = SharedAccess.AddressOf(ref SharedMemory.Allocate<uint>(128)[0]) + (uint)Group.IdxX * 16;
        SharedAccess.StoreMatrices(row, fragments[Group.IdxX]);
        Warps.Synchronize();
        rows[Group.IdxX] = SharedAccess.LoadUInt4(row);
    }

    /// <summary>Two warps hand a number to and fro through one word: each phase of a barrier lets the other one go on.</summary>
    public static void PingPong(int rounds, ArrayView<float> result)
    {
        uint shared = SharedAccess.Dynamic(), ready = shared + 16, taken = shared + 24;
        int warp = Group.IdxX / Warps.Size, lane = Group.IdxX % Warps.Size;
        if (Group.IdxX == 0)
        {
            MemoryBarrier.Initialize(ready, Warps.Size);
            MemoryBarrier.Initialize(taken, Warps.Size);
            MemoryBarrier.PublishInitialized();
        }
        Group.Barrier();
        float sum = 0;
        for (int round = 0; round < rounds; round++)
        {
            if (warp == 0)
            {
                MemoryBarrier.Wait(taken, (round & 1) ^ 1);
                if (lane == 0) SharedAccess.StoreFloat(shared, round);
                MemoryBarrier.Arrive(ready);
            }
            else
            {
                MemoryBarrier.Wait(ready, round & 1);
                sum += SharedAccess.LoadFloat(shared);
                MemoryBarrier.Arrive(taken);
            }
        }
        if (warp == 1) result[lane] = sum;
    }
}
