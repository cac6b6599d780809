using GpuLm.Kernels.Cuda.Intrinsics;
using ILGPU;

namespace GpuLm.Kernels.MatMul.Cuda.Wgmma;

/// <summary>
/// How sums get from a warp group's registers to C. Each warp has room for 64 columns of its 16 rows in shared memory and passes them
/// through it part by part, alone: other warps may still multiply, and copies for the next tile go on.
/// </summary>
static class WarpGroupEpilogue
{
    const int WarpRows = 16, WarpBytes = WarpRows * WarpGroupTile.PartRowBytes;

    /// <summary>Shared memory of all warps.</summary>
    public const int Bytes = 8 * WarpBytes;

    /// <summary>Writes a warp group's half of a tile.</summary>
    public static void Write<TTile, TSum>(
        TSum sum, WarpGroupWork work, uint shared, ArrayView<float> bias, ArrayView<byte> extra, TensorCorePlan plan,
        ArrayView<float> partials, ArrayView<byte> c)
        where TTile : struct, IWgmmaTile where TSum : struct
    {
        int warp = (Group.IdxX - WarpGroups.Size) >> 5, lane = Warps.Lane;
        uint rows = shared + (uint)(warp * WarpBytes);
        // Rows that differ by 1, 2 or 3 have their chunks in different banks, when sums are written and when they are read.
        uint writeAt = rows + (uint)(
            (lane >> 2) * WarpGroupTile.PartRowBytes + (lane >> 2 & 3) * WarpGroupTile.ChunkBytes + (lane & 3) * 2 * sizeof(float));
        uint readAt = rows + (uint)((lane >> 3) * WarpGroupTile.PartRowBytes + (lane & 7 ^ lane >> 3) * WarpGroupTile.ChunkBytes);
        int firstRow = work.Row + (warp >> 2) * (default(TTile).Rows / 2) + (warp & 3) * WarpRows + (lane >> 3), part = 0;
        for (int block = 0; block < WarpGroupTile.Blocks<TTile>(); block++)
        {
            for (int across = 0; across < default(TTile).Columns; across += WarpGroupTile.PartColumns)
            {
                WarpGroupTile.StorePart<TTile, TSum>(sum, part++, writeAt);
                Warps.Synchronize();
                int row = firstRow + block * WarpGroupTile.BlockRows, column = work.Column + across + 8 * (lane & 7);
                for (int down = 0; down < WarpRows && row + down < plan.M; down += 4)
                {
                    uint address = readAt + (uint)(down * WarpGroupTile.PartRowBytes);
                    TensorCoreEpilogue.Finish(address, bias, extra, plan, row + down, column, work.Split, partials, 0, c);
                }
                Warps.Synchronize();
            }
        }
    }
}
