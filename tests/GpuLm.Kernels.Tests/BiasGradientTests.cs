using GpuLm.Kernels.Common;
using GpuLm.Reference;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Kernels.Tests;

public class BiasGradientTests
{
    public static TheoryData<string, int, int> Cases => Shapes.ForEachDevice();

    [Theory, MemberData(nameof(Cases))]
    public void Writing_and_adding(string name, int rows, int columns) => Check(TestDevices.Get(name), rows, columns);

    [Theory, MemberData(nameof(VectorWidth.All), MemberType = typeof(VectorWidth))]
    public void Every_vector_width(int bits)
    {
        using var _ = new VectorWidth(bits);
        foreach (var (rows, columns) in Shapes.Ugly) Check(TestDevices.Get("cpu"), rows, columns);
    }

    [Fact]
    public void The_oracle_agrees_with_finite_differences()
    {
        var random = new TestRandom();
        double[] x = random.Normal(12).ToDoubles(), bias = random.Normal(3).ToDoubles(), dY = random.Normal(12).ToDoubles();
        FiniteDifferences.Check(at => BiasGradientReference.Forward(x, at, 4, 3), bias, dY, BiasGradientReference.Backward(dY, 4, 3));
    }

    static void Check(ComputeDevice device, int rows, int columns)
    {
        float[] host = new TestRandom().WithOutliers(rows * columns);
        var expected = BiasGradientReference.Backward(host.ToDoubles(), rows, columns);
        using var dY = Fenced.Input(device, host);
        using var dBias = Fenced.Output(device, columns);
        var bias = new BiasGradient.BiasGradient(device);
        bias.WriteBiasGradient(dY, rows, columns, dBias);
        float[] first = dBias.Read();
        Budget.Check(first, expected, rows);
        bias.AddBiasGradient(dY, rows, columns, dBias);
        Budget.Check(dBias.Read(), expected.Plus(first.ToDoubles()), rows + 1);
        bias.WriteBiasGradient(dY, rows, columns, dBias);
        Budget.CheckSameBits(first, dBias.Read());
    }
}
