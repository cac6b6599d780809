using ILGPU;

namespace GpuLm.Kernels.MatMul.Cuda;

/// <summary>
/// Which tile of C comes when: bands of some rows of tiles, column by column. Groups that run at a time then read few rows of A and few
/// columns of B, which stay in the L2 cache.
/// </summary>
readonly struct TileOrder
{
    const int BandRows = 8;

    TileOrder(int down, int across) => (Down, Across) = (down, across);

    /// <summary>The tile's place down C, in tiles.</summary>
    public int Down { get; }

    /// <summary>The tile's place across C, in tiles.</summary>
    public int Across { get; }

    /// <summary>The tile of a number.</summary>
    public static TileOrder At(int tile, TensorCorePlan plan)
    {
        int band = tile / (BandRows * plan.TilesAcross), inBand = tile % (BandRows * plan.TilesAcross);
        int rows = IntrinsicMath.Min(BandRows, plan.TilesDown - band * BandRows);
        return new TileOrder(band * BandRows + inBand % rows, inBand / rows);
    }
}
