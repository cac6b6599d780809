using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda.Intrinsics;
using GpuLm.Kernels.Cuda.Tiles;
using ILGPU;

namespace GpuLm.Kernels.Attention.Cuda;

/// <summary>Tiles of one head on their way between global and shared memory: [rows, D], the rows of global memory a stride apart.</summary>
static class FlashTile
{
    /// <summary>Bytes of a tile.</summary>
    public static int Bytes<TShape>(int rows) where TShape : struct, IFlashShape => PanelTile.Bytes(rows, default(TShape).HeadSize);

    /// <summary>The first of the group's rows that belongs to this thread's warp.</summary>
    public static int FirstRowOfWarp<TShape>() where TShape : struct, IFlashShape => Warps.Index * default(TShape).WarpRows;

    /// <summary>
    /// Starts to copy rows from <paramref name="first"/> on into a tile; rows from <paramref name="end"/> on become zero.
    /// </summary>
    public static void Start<TShape>(ArrayView<BFloat16> head, int stride, int first, int end, int rows, uint tile)
        where TShape : struct, IFlashShape
    {
        int row = Group.IdxX >> 3, chunk = Group.IdxX & 7, rowStep = default(TShape).Threads / 8;
        TileCopy.Start(
            PanelTile.Chunk(tile, rows, row, chunk), ref head.Cast<byte>()[2L * (first + row) * stride + 16 * chunk], 2L * rowStep * stride,
            end - first - row, 2 * default(TShape).HeadSize, rows / (default(TShape).Threads / 8), default(TShape).Threads / 8,
            default(TShape).HeadSize / PanelTile.Width, rows * PanelTile.RowBytes, zeroRows: true);
    }

    /// <summary>Starts to copy one number for each row; rows from <paramref name="end"/> on get zero.</summary>
    public static void StartNumbers(ArrayView<float> numbers, int first, int end, int rows, uint shared)
    {
        for (int row = Group.IdxX; row < rows; row += Group.DimX)
        {
            bool inside = first + row < end;
            AsyncCopy.Copy4(shared + (uint)(row * sizeof(float)), ref numbers[inside ? first + row : 0], inside ? sizeof(float) : 0);
        }
    }

    /// <summary>
    /// Begins a step over keys: waits until its keys and values are there and all threads are through with the step before, whose stage is
    /// refilled with what comes next.
    /// </summary>
    public static void NextKeys<TShape>(
        ArrayView<BFloat16> keys, ArrayView<BFloat16> values, AttentionShape shape, int next, int end, uint stage)
        where TShape : struct, IFlashShape
    {
        AsyncCopy.WaitForAllBut(0);
        Group.Barrier();
        if (next < end) StartKeys<TShape>(keys, values, shape, next, stage);
        AsyncCopy.Commit();
    }

    /// <summary>Starts to copy a step's keys and, behind them, its values.</summary>
    public static void StartKeys<TShape>(ArrayView<BFloat16> keys, ArrayView<BFloat16> values, AttentionShape shape, int first, uint stage)
        where TShape : struct, IFlashShape
    {
        int columns = default(TShape).Columns;
        Start<TShape>(keys, shape.TokenSize, first, shape.Length, columns, stage);
        Start<TShape>(values, shape.TokenSize, first, shape.Length, columns, stage + (uint)Bytes<TShape>(columns));
    }

    /// <summary>
    /// Writes a warp's sums as bf16 by way of its own rows of a tile, which nobody reads any more, to rows of global memory before
    /// <paramref name="end"/>.
    /// </summary>
    public static void Write<TShape, TSum>(TSum sum, uint tile, ArrayView<BFloat16> head, int stride, int first, int end)
        where TShape : struct, IFlashShape where TSum : struct
    {
        int warpRow = FirstRowOfWarp<TShape>(), chunks = default(TShape).HeadSize / 8;
        Warps.Synchronize();
        PanelTile.Store(sum, PanelTile.Pairs(tile, warpRow), default(TShape).Rows, default(TShape).HeadSize);
        Warps.Synchronize();
        for (int i = Warps.Lane; i < default(TShape).WarpRows * chunks; i += Warps.Size)
        {
            int row = warpRow + i / chunks, chunk = i & (chunks - 1);
            if (first + row >= end) continue;
            head.Cast<UInt4>()[(first + row) * (stride >> 3) + chunk] =
                SharedAccess.LoadUInt4(PanelTile.Chunk(tile, default(TShape).Rows, row, chunk));
        }
    }
}
