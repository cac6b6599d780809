using GpuLm.Kernels.Common;
using GpuLm.Kernels.Primitives;
using ILGPU;

namespace GpuLm.Kernels.LayerNorm;

/// <summary>The kernels of <see cref="LayerNorm"/>; all matrices are [rows, columns].</summary>
public static partial class LayerNormKernels
{
    /// <summary>y = (x - mean) rstd weight + bias. A group owns whole rows.</summary>
    public static void Forward(
        ArrayView<float> x, ArrayView<float> weight, ArrayView<float> bias, float epsilon, int rows, int columns,
        ArrayView<float> y, ArrayView<float> mean, ArrayView<float> rstd)
    {
        int end = Share.End(rows);
        for (int row = Share.Start(rows); row < end; row++)
        {
            var input = x.SubView((long)row * columns, columns);
            float m = Row.Sum(input) / columns;
            float r = LayerNormRow.ReciprocalDeviation(input, m, epsilon);
            LayerNormRow.Normalize(input, m, r, weight, bias, y.SubView((long)row * columns, columns));
            Row.Set(mean, row, m);
            Row.Set(rstd, row, r);
        }
    }

    /// <summary>sum = a + b, then as <see cref="Forward"/> of sum: saves a launch and a pass over the residual stream.</summary>
    public static void ForwardOfSum(
        ArrayView<float> a, ArrayView<float> b, ArrayView<float> weight, ArrayView<float> bias, float epsilon, int rows, int columns,
        ArrayView<float> sum, ArrayView<float> y, ArrayView<float> mean, ArrayView<float> rstd)
    {
        int end = Share.End(rows);
        for (int row = Share.Start(rows); row < end; row++)
        {
            long at = (long)row * columns;
            var input = sum.SubView(at, columns);
            Row.Add(a.SubView(at, columns), b.SubView(at, columns), input);
            float m = Row.Sum(input) / columns;
            float r = LayerNormRow.ReciprocalDeviation(input, m, epsilon);
            LayerNormRow.Normalize(input, m, r, weight, bias, y.SubView(at, columns));
            Row.Set(mean, row, m);
            Row.Set(rstd, row, r);
        }
    }

    /// <summary>
    /// With n = (x - mean) rstd and g = dY weight: dX = rstd (g - mean(g) - n mean(g n)) [+ dResidual]. Group k also sums dY n and dY over
    /// its rows into partials[k] = [dWeight | dBias], which <see cref="SumPartials"/> adds up in a fixed order: no atomics, same bits.
    /// </summary>
    public static void Backward(
        ArrayView<float> dY, ArrayView<float> x, ArrayView<float> weight, ArrayView<float> mean, ArrayView<float> rstd,
        ArrayView<float> dResidual,
        int hasResidual, int rows, int columns, ArrayView<float> dX, ArrayView<float> partials)
    {
        var partial = partials.SubView((long)Grid.IdxX * 2 * columns, 2 * columns);
        var dWeight = partial.SubView(0, columns);
        var dBias = partial.SubView(columns, columns);
        Row.Fill(dWeight, 0f);
        Row.Fill(dBias, 0f);
        int end = Share.End(rows);
        for (int row = Share.Start(rows); row < end; row++)
        {
            long at = (long)row * columns;
            LayerNormRow.Backward(
                dY.SubView(at, columns), x.SubView(at, columns), weight, mean[row], rstd[row], dResidual.SubView(at, columns), hasResidual,
                dX.SubView(at, columns), dWeight, dBias);
        }
    }

    /// <summary>dWeight and dBias (+)= the sum of the groups' partials. A group owns columns.</summary>
    public static void SumPartials(
        ArrayView<float> partials, int groups, int columns, int accumulate, ArrayView<float> dWeight, ArrayView<float> dBias)
    {
        int start = Share.Start(columns), count = Share.End(columns) - start;
        Column.Sum(partials.SubView(start), groups, 2 * columns, accumulate, dWeight.SubView(start, count));
        Column.Sum(partials.SubView(columns + start), groups, 2 * columns, accumulate, dBias.SubView(start, count));
    }

    internal static IEnumerable<KernelEntry> Entries =>
    [
        Entry(nameof(Forward), s => 8 * s.Elements, s => sizeof(float) * (2 * s.Elements + 2.0 * s.Rows + 2.0 * s.Columns)),
        Entry(nameof(ForwardOfSum), s => 9 * s.Elements, s => sizeof(float) * (4 * s.Elements + 2.0 * s.Rows + 2.0 * s.Columns)),
        Entry(nameof(Backward), s => 14 * s.Elements, s => sizeof(float) * (3 * s.Elements + 2.0 * s.Rows + s.Columns)),
        Entry(nameof(SumPartials), s => 2 * s.Elements, s => sizeof(float) * 2 * (s.Elements + s.Columns)),
        Bf16Entry(nameof(RowInRegisters.Forward), s => 8 * s.Elements,
            s => 4 * s.Elements + sizeof(float) * (2.0 * s.Rows + 2.0 * s.Columns)),
        Bf16Entry(nameof(RowInRegisters.ForwardOfSum), s => 9 * s.Elements,
            s => 8 * s.Elements + sizeof(float) * (2.0 * s.Rows + 2.0 * s.Columns)),
        Bf16Entry(nameof(RowInRegisters.Backward), s => 14 * s.Elements, s => 6 * s.Elements + sizeof(float) * (2.0 * s.Rows + s.Columns)),
        Bf16Entry(nameof(RowInRegisters.SumPartials), s => 2 * s.Elements, s => sizeof(float) * 2 * (s.Elements + s.Columns)),
    ];

    static KernelEntry Entry(string kernel, Func<KernelSizes, double> flops, Func<KernelSizes, double> bytes) =>
        new($"LayerNorm.{kernel}", "LayerNorm", "RowPerGroup", typeof(LayerNormKernels).GetMethod(kernel)!, flops, bytes);

    static KernelEntry Bf16Entry(string kernel, Func<KernelSizes, double> flops, Func<KernelSizes, double> bytes) => new(
        $"LayerNorm.{kernel}Bf16", "LayerNorm", "RowInRegisters", typeof(RowInRegisters).GetMethod(kernel)!, flops, bytes,
        KernelTarget.Ampere);
}
