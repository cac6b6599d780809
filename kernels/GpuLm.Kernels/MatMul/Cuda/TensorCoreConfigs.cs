using GpuLm.Kernels.Cuda;
using GpuLm.Kernels.Cuda.Intrinsics;

namespace GpuLm.Kernels.MatMul.Cuda;

/// <summary>The ways to cut a product that there are, and which one is taken where nothing was measured.</summary>
public static class TensorCoreConfigs
{
    // Weights in multiply-adds, by reasoning rather than measurement: shared memory delivers about a number for every eight multiply-adds of
    // the tensor cores, a number from memory or the L2 cache costs twice that, and a partial sum is written and read in fp32.
    const double SharedCost = 8, ArrivalCost = 16, PartialCost = 512;

    // A split has at least so many stages, or filling the stages costs more than the split gains.
    const int LeastStagesOfSplit = 8, MostSplits = 16;

    static readonly MmaConfig[] Mma =
    [
        MmaConfig.Of<Tile128X256, Sum128>("128x256"),
        MmaConfig.Of<Tile256X128, Sum128>("256x128"),
        MmaConfig.Of<Tile128X128Wide, Sum128>("128x128-wide"),
        MmaConfig.Of<Tile128X128, Sum64>("128x128"),
        MmaConfig.Of<Tile64X128, Sum64>("64x128"),
        MmaConfig.Of<Tile128X64, Sum64>("128x64"),
        MmaConfig.Of<Tile64X64, Sum32>("64x64"),
    ];

    /// <summary>
    /// All of them. Those by wgmma are never chosen by the rule: they are for tuning, which compares their results with others before it
    /// takes one.
    /// </summary>
    public static IReadOnlyList<TensorCoreConfig> All { get; } =
    [
        .. Mma,
        WgmmaConfig.Of<WarpGroup128X256, Sum128>("wgmma-128x256"),
        WgmmaConfig.Of<WarpGroup256X128, Sum128>("wgmma-256x128"),
        WgmmaConfig.Of<WarpGroup128X128, Sum64>("wgmma-128x128"),
    ];

    /// <summary>The configuration of a name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static TensorCoreConfig Find(string name)
    {
        foreach (var config in All)
        {
            if (config.Name == name) return config;
        }
        throw new ArgumentException(
            $"There is no tile configuration '{name}'. There are: {string.Join(", ", All.Select(config => config.Name))}.", nameof(name));
    }

    /// <summary>
    /// The least work on the busiest multiprocessor: its tiles' products, what they read from shared memory, what arrives there, and the
    /// partial sums where K is split. Only products with fewer tiles than multiprocessors are split. Depends on the shape and the device
    /// alone.
    /// </summary>
    internal static (TensorCoreConfig Config, int Splits) Choose(MatMulShape shape, int operandBytes, CudaTraits device)
    {
        (TensorCoreConfig Config, int Splits)? best = null;
        double leastCost = double.PositiveInfinity;
        foreach (var config in Mma)
        {
            if (!config.Fits(device)) continue;
            for (int splits = 1; splits <= MostSplits; splits++)
            {
                if (splits > 1 && !MaySplit(shape, config, splits, operandBytes, device)) break;
                double cost = Cost(shape, config, splits, operandBytes, device);
                if (cost < leastCost) (best, leastCost) = ((config, splits), cost);
            }
        }
        return best ?? throw new ArgumentException(
            $"No tile of the tensor-core kernels fits {device.SharedBytes} bytes of shared memory and groups of {device.MaxGroupSize} threads.", nameof(device));
    }

    static bool MaySplit(MatMulShape shape, TensorCoreConfig config, int splits, int operandBytes, CudaTraits device) =>
        shape.Batch == 1 && Tiles(shape, config) * splits <= device.Multiprocessors
        && TensorCoreConfig.SplitDepth(shape.K, splits, operandBytes) >= LeastStagesOfSplit * WarpTile.RowBytes / operandBytes
        && TensorCoreConfig.SplitDepth(shape.K, splits, operandBytes) * (splits - 1) < shape.K;

    static double Cost(MatMulShape shape, MmaConfig config, int splits, int operandBytes, CudaTraits device)
    {
        double busiest = Math.Ceiling((double)Tiles(shape, config) * splits / device.Multiprocessors);
        double term = (double)config.Rows * config.Columns + SharedCost * config.WarpReads + ArrivalCost * (config.Rows + config.Columns);
        double partials = splits == 1 ? 0 : PartialCost * splits * shape.M * shape.N / device.Multiprocessors;
        return busiest * term * TensorCoreConfig.SplitDepth(shape.K, splits, operandBytes) + partials;
    }

    static long Tiles(MatMulShape shape, TensorCoreConfig config) =>
        (long)DivideUp(shape.M, config.Rows) * DivideUp(shape.N, config.Columns) * shape.Batch;

    static int DivideUp(int value, int divisor) => (value + divisor - 1) / divisor;
}
