using ILGPU;

namespace GpuLm.Kernels.MatMul.Cuda.Wgmma;

/// <summary>A tile of C, and the terms of K that are summed for it at one time; a group does one after the other.</summary>
readonly struct WarpGroupWork
{
    WarpGroupWork(int row, int column, int split, int firstK, int endK) =>
        (Row, Column, Split, FirstK, EndK) = (row, column, split, firstK, endK);

    /// <summary>The tile's first row in C.</summary>
    public int Row { get; }

    /// <summary>The tile's first column in C.</summary>
    public int Column { get; }

    /// <summary>Which split of K it is.</summary>
    public int Split { get; }

    /// <summary>The first term.</summary>
    public int FirstK { get; }

    /// <summary>The term behind the last.</summary>
    public int EndK { get; }

    /// <summary>Stages that hold the terms.</summary>
    public int Parts => (EndK - FirstK + WarpGroupTile.Depth - 1) >> 6;

    /// <summary>How many there are in a product.</summary>
    public static int Count(TensorCorePlan plan) => plan.TilesDown * plan.TilesAcross * plan.Splits;

    /// <summary>The one of a number: all tiles of the first split come first.</summary>
    public static WarpGroupWork At<TTile>(int number, TensorCorePlan plan) where TTile : struct, IWgmmaTile
    {
        int tiles = plan.TilesDown * plan.TilesAcross, split = number / tiles, firstK = split * plan.SplitDepth;
        var tile = TileOrder.At(number % tiles, plan);
        return new WarpGroupWork(
            tile.Down * default(TTile).Rows, tile.Across * default(TTile).Columns, split, firstK,
            IntrinsicMath.Min(plan.K, firstK + plan.SplitDepth));
    }
}
