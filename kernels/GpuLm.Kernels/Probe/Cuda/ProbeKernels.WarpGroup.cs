using GpuLm.Kernels.Cuda;
using GpuLm.Kernels.Cuda.Intrinsics;
using GpuLm.Kernels.MatMul.Cuda;
using GpuLm.Kernels.MatMul.Cuda.Wgmma;
using ILGPU;

namespace GpuLm.Kernels.Probe;

/// <content>What wgmma can do at best.</content>
public static partial class ProbeKernels
{
    /// <summary>Hopper's tensor cores by wgmma (sm_90a alone), operands in shared memory, sums in registers.</summary>
    public static class WarpGroup
    {
        /// <summary>Rows and columns of a group's tile, and terms of each product.</summary>
        public const int Rows = 128, Columns = 256, Depth = WarpGroupTile.Depth;

        /// <summary>Threads of a group: two warp groups; with all their sums they fill a multiprocessor.</summary>
        public const int Threads = 2 * WarpGroups.Size;

        /// <summary>Shared memory of a group: both operands.</summary>
        public const int SharedBytes = (Rows + Columns) * MatrixDescriptor.RowBytes;

        const int RowChunks = MatrixDescriptor.RowBytes / 16, WarpRows = 16, WarpBytes = WarpRows * WarpGroupTile.PartRowBytes;

        /// <summary>
        /// C = iterations A B, in so many steps, on every tile C [128, 256] of y; A [128, 64] by rows and B [64, 256] by columns, bf16. A
        /// group owns a tile, each of its two warp groups one half. Both operands are put into shared memory, swizzled as
        /// <see cref="MatrixDescriptor"/> says, and stay; a barrier follows. A second one, after the last product, frees that memory: sums
        /// pass through it, each warp in a part of its own. With small whole numbers every step is exact.
        /// </summary>
        [LaunchBounds(Threads)]
        public static void MultiplyAddBf16(ArrayView<UInt4> a, ArrayView<UInt4> b, int iterations, ArrayView<Float4> y)
        {
            uint shared = SharedAccess.Dynamic();
            for (int i = Group.IdxX; i < (Rows + Columns) * RowChunks; i += Threads)
            {
                int row = i / RowChunks, place = (i & (RowChunks - 1)) ^ (row & 7);
                var chunk = row < Rows ? a[i] : b[i - Rows * RowChunks];
                SharedAccess.StoreUInt4(shared + (uint)(row * MatrixDescriptor.RowBytes + 16 * place), chunk);
            }
            MemoryBarrier.OrderBeforeAsync();
            Group.Barrier();
            int half = Group.IdxX >> 7;
            ulong left = MatrixDescriptor.AlongK(shared + (uint)(half * (Rows / 2) * MatrixDescriptor.RowBytes));
            ulong right = MatrixDescriptor.AlongK(shared + Rows * MatrixDescriptor.RowBytes);
            Sum128 sum = default;
            for (int i = 0; i < iterations; i++)
            {
                WarpGroups.Fence();
                sum = WarpGroupTile.MultiplyAdd<WarpGroup128X256, LayoutNT, Sum128>(sum, left, right);
                WarpGroups.Commit();
                WarpGroups.WaitForAllBut(1);
            }
            WarpGroups.WaitForAllBut(0);
            Group.Barrier();
            Store(sum, shared + (uint)(Warps.Index * WarpBytes), y);
        }

        /// <summary>
        /// Writes a warp's 16 rows, 64 columns at a time; rows that differ by 1, 2 or 3 have their chunks in different banks.
        /// </summary>
        static void Store(Sum128 sum, uint rows, ArrayView<Float4> y)
        {
            int lane = Warps.Lane, writeRow = lane >> 2, readRow = lane >> 3, chunk = lane & 7;
            uint writeAt = rows + (uint)(
                writeRow * WarpGroupTile.PartRowBytes + (writeRow & 3) * WarpGroupTile.ChunkBytes + (lane & 3) * 2 * sizeof(float));
            uint readAt = rows + (uint)(readRow * WarpGroupTile.PartRowBytes + (chunk ^ readRow) * WarpGroupTile.ChunkBytes);
            int firstRow = Grid.IdxX * Rows + Warps.Index * WarpRows + readRow;
            for (int part = 0; part < Columns / WarpGroupTile.PartColumns; part++)
            {
                WarpGroupTile.StorePart<WarpGroup128X256, Sum128>(sum, part, writeAt);
                Warps.Synchronize();
                for (int down = 0; down < WarpRows; down += 4)
                {
                    uint address = readAt + (uint)(down * WarpGroupTile.PartRowBytes);
                    long at = ((long)(firstRow + down) * Columns + part * WarpGroupTile.PartColumns) / 4 + 2 * chunk;
                    y[at] = SharedAccess.LoadFloat4(address);
                    y[at + 1] = SharedAccess.LoadFloat4(address + 16);
                }
                Warps.Synchronize();
            }
        }
    }
}
