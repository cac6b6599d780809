using GpuLm.Kernels.Common;
using GpuLm.Kernels.Primitives;
using ILGPU;

namespace GpuLm.Kernels.RmsNorm;

/// <summary>The kernels of <see cref="RmsNorm"/>; all matrices are [rows, columns].</summary>
public static class RmsNormKernels
{
    /// <summary>y = x rstd weight with rstd = 1 / sqrt(mean(x^2) + epsilon). A group owns whole rows.</summary>
    public static void Forward(
        ArrayView<float> x, ArrayView<float> weight, float epsilon, int rows, int columns, ArrayView<float> y, ArrayView<float> rstd)
    {
        int end = Share.End(rows);
        for (int row = Share.Start(rows); row < end; row++)
        {
            var input = x.SubView((long)row * columns, columns);
            float r = 1f / MathF.Sqrt(Row.Dot(input, input) / columns + epsilon);
            RmsNormRow.Normalize(input, r, weight, y.SubView((long)row * columns, columns));
            Row.Set(rstd, row, r);
        }
    }

    /// <summary>sum = a + b, then as <see cref="Forward"/> of sum: saves a launch and a pass over the residual stream.</summary>
    public static void ForwardOfSum(
        ArrayView<float> a, ArrayView<float> b, ArrayView<float> weight, float epsilon, int rows, int columns,
        ArrayView<float> sum, ArrayView<float> y, ArrayView<float> rstd)
    {
        int end = Share.End(rows);
        for (int row = Share.Start(rows); row < end; row++)
        {
            long at = (long)row * columns;
            var input = sum.SubView(at, columns);
            Row.Add(a.SubView(at, columns), b.SubView(at, columns), input);
            float r = 1f / MathF.Sqrt(Row.Dot(input, input) / columns + epsilon);
            RmsNormRow.Normalize(input, r, weight, y.SubView(at, columns));
            Row.Set(rstd, row, r);
        }
    }

    /// <summary>
    /// With n = x rstd and g = dY weight: dX = rstd (g - n mean(g n)) [+ dResidual]. Group k also sums dY n over its rows into
    /// partials[k]; the launcher adds the partials up in a fixed order: no atomics, same bits.
    /// </summary>
    public static void Backward(
        ArrayView<float> dY, ArrayView<float> x, ArrayView<float> weight, ArrayView<float> rstd, ArrayView<float> dResidual,
        int hasResidual,
        int rows, int columns, ArrayView<float> dX, ArrayView<float> partials)
    {
        var dWeight = partials.SubView((long)Grid.IdxX * columns, columns);
        Row.Fill(dWeight, 0f);
        int end = Share.End(rows);
        for (int row = Share.Start(rows); row < end; row++)
        {
            long at = (long)row * columns;
            RmsNormRow.Backward(
                dY.SubView(at, columns), x.SubView(at, columns), weight, rstd[row], dResidual.SubView(at, columns), hasResidual,
                dX.SubView(at, columns), dWeight);
        }
    }

    internal static IEnumerable<KernelEntry> Entries =>
    [
        Entry(nameof(Forward), s => 4 * s.Elements, s => sizeof(float) * (2 * s.Elements + s.Rows + s.Columns)),
        Entry(nameof(ForwardOfSum), s => 5 * s.Elements, s => sizeof(float) * (4 * s.Elements + s.Rows + s.Columns)),
        Entry(nameof(Backward), s => 10 * s.Elements, s => sizeof(float) * (3 * s.Elements + s.Rows + s.Columns)),
    ];

    static KernelEntry Entry(string kernel, Func<KernelSizes, double> flops, Func<KernelSizes, double> bytes) =>
        new($"RmsNorm.{kernel}", "RmsNorm", "RowPerGroup", typeof(RmsNormKernels).GetMethod(kernel)!, flops, bytes);
}
