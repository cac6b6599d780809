using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda;
using GpuLm.Kernels.Cuda.Intrinsics;
using GpuLm.Kernels.MatMul.Cuda.Mma;
using GpuLm.Kernels.MatMul.Cuda.Wgmma;

namespace GpuLm.Kernels.MatMul.Cuda;

/// <summary>The tiles that there are, and which cut is taken where nothing was measured.</summary>
public static class TensorCoreConfigs
{
    // Weights in multiply-adds, by reasoning rather than measurement: shared memory delivers about a number for every eight multiply-adds
    // of the tensor cores, a number from memory or the L2 cache costs twice that, and a partial sum is written and read in fp32.
    const double SharedCost = 8, ArrivalCost = 16, PartialCost = 512;

    // A split has at least so many stages, or filling the stages costs more than the split gains.
    const int LeastStagesOfSplit = 8, MostSplits = 16;

    /// <summary>All tiles.</summary>
    public static IReadOnlyList<TensorCoreConfig> All { get; } =
    [
        MmaConfig.Of<Tile128X256, Sum128>("128x256"),
        MmaConfig.Of<Tile256X128, Sum128>("256x128"),
        MmaConfig.Of<Tile128X128Wide, Sum128>("128x128-wide"),
        MmaConfig.Of<Tile128X128, Sum64>("128x128"),
        MmaConfig.Of<Tile64X128, Sum64>("64x128"),
        MmaConfig.Of<Tile128X64, Sum64>("128x64"),
        MmaConfig.Of<Tile64X64, Sum32>("64x64"),
        WgmmaConfig.Of<WarpGroup128X256, Sum128>("wgmma-128x256"),
        WgmmaConfig.Of<WarpGroup256X128, Sum128>("wgmma-256x128"),
        WgmmaConfig.Of<WarpGroup128X128, Sum64>("wgmma-128x128"),
    ];

    /// <summary>The tile of a name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static TensorCoreConfig Find(string name) =>
        All.FirstOrDefault(config => config.Name == name)
            ?? throw new ArgumentException(
                $"There is no tile '{name}'. There are: {string.Join(", ", All.Select(config => config.Name))}.", nameof(name));

    /// <summary>
    /// Every cut that is worth a measurement: each tile that fits the device, and split where a product has fewer tiles than the device has
    /// multiprocessors.
    /// </summary>
    /// <param name="shape">The product.</param>
    /// <param name="operands">How A and B are stored; fp32 operands are rounded to tf32.</param>
    /// <param name="device">The device.</param>
    public static IEnumerable<TensorCoreCut> Candidates(MatMulShape shape, NumberFormat operands, CudaTraits device) =>
        from config in All
        from splits in Enumerable.Range(1, MostSplits)
        let cut = new TensorCoreCut(config, splits)
        where cut.Suits(device, shape, operands) && (splits == 1 || IsWorthwhile(cut, shape, operands, device))
        select cut;

    /// <summary>
    /// Of the proved cuts that with the least work on the busiest multiprocessor: its tiles' products, what they read from shared memory,
    /// what arrives there, and the partial sums where K is split. It depends on the shape and the device alone.
    /// </summary>
    /// <exception cref="ArgumentException">No tile fits the device.</exception>
    public static TensorCoreCut Choose(MatMulShape shape, NumberFormat operands, CudaTraits device)
    {
        ArgumentNullException.ThrowIfNull(device);
        TensorCoreCut[] candidates = [.. Candidates(shape, operands, device).Where(cut => cut.Config.IsProved)];
        Guard.Require(
            candidates.Length > 0,
            $"No tile fits the {device.SharedBytes} bytes of shared memory of {device.Name} ({device.Architecture}).", nameof(device));
        return candidates.MinBy(cut => Cost(cut, shape, operands, device));
    }

    static bool IsWorthwhile(TensorCoreCut cut, MatMulShape shape, NumberFormat operands, CudaTraits device) =>
        Tiles(cut.Config, shape) * cut.Splits <= device.Multiprocessors
        && TensorCoreConfig.SplitDepth(shape.K, cut.Splits, operands) >= LeastStagesOfSplit * TensorCoreConfig.Depth(operands);

    static double Cost(TensorCoreCut cut, MatMulShape shape, NumberFormat operands, CudaTraits device)
    {
        var (config, splits) = cut;
        double busiest = Math.Ceiling((double)Tiles(config, shape) * splits / device.Multiprocessors);
        double term = (double)config.Rows * config.Columns + SharedCost * config.SharedReads + ArrivalCost * (config.Rows + config.Columns);
        double partials = splits == 1 ? 0 : PartialCost * splits * shape.M * shape.N / device.Multiprocessors;
        return busiest * term * TensorCoreConfig.SplitDepth(shape.K, splits, operands) + partials;
    }

    static long Tiles(TensorCoreConfig config, MatMulShape shape) =>
        (long)DivideUp(shape.M, config.Rows) * DivideUp(shape.N, config.Columns) * Math.Max(1, shape.Batch);

    static int DivideUp(int value, int divisor) => (value + divisor - 1) / divisor;
}
