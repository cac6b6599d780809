using GpuLm.Kernels.Common;
using GpuLm.Kernels.Primitives;
using GpuLm.Reference;
using GpuLm.TestKit;
using ILGPU;
using ILGPU.Runtime;
using Xunit;

namespace GpuLm.Kernels.Tests;

/// <summary>The row primitives, each in a kernel that does nothing else.</summary>
public class RowTests
{
    static void Reduce(
        ArrayView<float> x, ArrayView<float> y, int rows, int columns, ArrayView<float> max, ArrayView<float> sum, ArrayView<float> dot)
    {
        for (int row = Share.Start(rows); row < Share.End(rows); row++)
        {
            var left = x.SubView(row * columns, columns);
            max[row] = Row.Max(left);
            sum[row] = Row.Sum(left);
            dot[row] = Row.Dot(left, y.SubView(row * columns, columns));
        }
    }

    static void Scale(ArrayView<float> x, int rows, int columns, float factor, ArrayView<float> y)
    {
        for (int row = Share.Start(rows); row < Share.End(rows); row++)
        {
            Row.Scale(x.SubView(row * columns, columns), factor, y.SubView(row * columns, columns));
        }
    }

    public static TheoryData<string, int, int> Cases => Shapes.ForEachDevice();

    [Theory, MemberData(nameof(Cases))]
    public void Reductions(string name, int rows, int columns)
    {
        var device = TestDevices.Get(name);
        var random = new TestRandom();
        float[] hostX = random.WithOutliers(rows * columns), hostY = random.Normal(rows * columns);
        Oracle maxima = new(rows), sums = new(rows), dots = new(rows);
        for (int row = 0; row < rows; row++)
        {
            maxima.Set(row, hostX.Skip(row * columns).Take(columns).Max());
            for (int i = row * columns; i < (row + 1) * columns; i++)
            {
                sums.Add(row, hostX[i]);
                dots.Add(row, (double)hostX[i] * hostY[i]);
            }
        }

        using var x = Fenced.Input(device, hostX);
        using var y = Fenced.Input(device, hostY);
        using var max = Fenced.Output(device, rows);
        using var sum = Fenced.Output(device, rows);
        using var dot = Fenced.Output(device, rows);
        device.Load<Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, int, int, ArrayView<float>,
            ArrayView<float>, ArrayView<float>>>(Reduce)(
            device.Stream, device.Rows(rows), x, y, rows, columns, max, sum, dot);

        Budget.Check(max.Read(), maxima, terms: 0, ulps: 0);
        Budget.Check(sum.Read(), sums, columns);
        Budget.Check(dot.Read(), dots, columns);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Scaling_in_place(string name, int rows, int columns)
    {
        var device = TestDevices.Get(name);
        float[] host = new TestRandom().WithOutliers(rows * columns);
        var expected = new Oracle(host.Length);
        for (int i = 0; i < host.Length; i++) expected.Set(i, host[i] * -1.7f);

        using var x = Fenced.Input(device, host);
        device.Load<Action<AcceleratorStream, KernelConfig, ArrayView<float>, int, int, float, ArrayView<float>>>(Scale)(
            device.Stream, device.Rows(rows), x, rows, columns, -1.7f, x);
        Budget.Check(x.Read(), expected, terms: 1, ulps: 1);
    }
}
