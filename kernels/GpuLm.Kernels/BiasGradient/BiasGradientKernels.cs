using GpuLm.Kernels.Common;
using GpuLm.Kernels.Primitives;
using ILGPU;

namespace GpuLm.Kernels.BiasGradient;

/// <summary>The kernels of <see cref="BiasGradient"/>; dY is [rows, columns].</summary>
public static partial class BiasGradientKernels
{
    /// <summary>
    /// dBias[j] (+)= sum over all rows of dY[i, j]. A group owns columns: one launch and no partial sums, right for a CPU, but too few
    /// groups for a GPU with many rows.
    /// </summary>
    public static void SumColumns(ArrayView<float> dY, int rows, int columns, int accumulate, ArrayView<float> dBias)
    {
        int start = Share.Start(columns), count = Share.End(columns) - start;
        Column.Sum(dY.SubView(start), rows, columns, accumulate, dBias.SubView(start, count));
    }

    /// <summary>
    /// partials[g, j] = the sum of dY[i, j] over the rows i that group g owns; <see cref="SumColumns"/> then adds up the partials.
    /// </summary>
    public static void SumRowShares(ArrayView<float> dY, int rows, int columns, ArrayView<float> partials)
    {
        int start = Share.Start(rows), count = Share.End(rows) - start;
        Column.Sum(dY.SubView((long)start * columns), count, columns, 0, partials.SubView((long)Grid.IdxX * columns, columns));
    }

    internal static IEnumerable<KernelEntry> Entries =>
    [
        Entry(nameof(SumColumns), "ColumnsPerGroup"), Entry(nameof(SumRowShares), "RowsPerGroup"),
        Bf16Entry(nameof(TilePerGroup.SumRowShares), s => 2 * s.Elements + sizeof(float) * s.Columns),
        Bf16Entry(nameof(TilePerGroup.SumPartials), s => sizeof(float) * (s.Elements + s.Columns)),
    ];

    static KernelEntry Entry(string kernel, string strategy) => new(
        $"BiasGradient.{kernel}", "BiasGradient", strategy, typeof(BiasGradientKernels).GetMethod(kernel)!,
        s => s.Elements, s => sizeof(float) * (s.Elements + s.Columns));

    static KernelEntry Bf16Entry(string kernel, Func<KernelSizes, double> bytes) => new(
        $"BiasGradient.{kernel}Bf16", "BiasGradient", "TilePerGroup", typeof(TilePerGroup).GetMethod(kernel)!, s => s.Elements, bytes,
        KernelTarget.Ampere);
}
