using GpuLm.Kernels.Common;
using GpuLm.Kernels.Primitives;
using ILGPU;

namespace GpuLm.Kernels.Softmax;

/// <summary>
/// The kernels of <see cref="Softmax"/>. A group owns whole rows; in causal ones row r sees its first r mod columns + 1 elements.
/// </summary>
public static class SoftmaxKernels
{
    /// <summary>
    /// y = e^(x - max(x)) / sum e^(x - max(x)); 0 where a row sees nothing, either by the causal mask or because all is -infinity.
    /// </summary>
    public static void Forward(ArrayView<float> x, int rows, int columns, int causal, ArrayView<float> y)
    {
        int end = Share.End(rows);
        for (int row = Share.Start(rows); row < end; row++)
        {
            long at = (long)row * columns;
            int visible = causal != 0 ? row % columns + 1 : columns;
            var input = x.SubView(at, visible);
            var output = y.SubView(at, visible);
            float max = Row.Max(input);
            // Without branches around them: some OpenCL compilers cannot take barriers in a branch, not even a uniform one.
            float sum = SoftmaxRow.ExpSum(input, max == float.NegativeInfinity ? 0f : max, output);
            Row.Scale(output, sum == 0f ? 0f : 1f / sum, output);
            if (visible < columns) Row.Fill(y.SubView(at + visible, columns - visible), 0f);
        }
    }

    /// <summary>dX = y (dY - sum(y dY)), and 0 where a row sees nothing.</summary>
    public static void Backward(ArrayView<float> dY, ArrayView<float> y, int rows, int columns, int causal, ArrayView<float> dX)
    {
        int end = Share.End(rows);
        for (int row = Share.Start(rows); row < end; row++)
        {
            long at = (long)row * columns;
            int visible = causal != 0 ? row % columns + 1 : columns;
            var above = dY.SubView(at, visible);
            var output = y.SubView(at, visible);
            SoftmaxRow.Backward(above, output, Row.Dot(above, output), dX.SubView(at, visible));
            if (visible < columns) Row.Fill(dX.SubView(at + visible, columns - visible), 0f);
        }
    }

    internal static IEnumerable<KernelEntry> Entries =>
        [Entry(nameof(Forward), flops: 5, arrays: 2), Entry(nameof(Backward), flops: 4, arrays: 3)];

    static KernelEntry Entry(string kernel, double flops, double arrays) => new(
        $"Softmax.{kernel}", "Softmax", "RowPerGroup", typeof(SoftmaxKernels).GetMethod(kernel)!, s => flops * s.Elements,
        s => sizeof(float) * arrays * s.Elements);
}
