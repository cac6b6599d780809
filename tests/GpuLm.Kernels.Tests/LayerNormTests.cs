using GpuLm.Kernels.Common;
using GpuLm.Reference;
using GpuLm.TestKit;
using Xunit;
using Xunit.Sdk;

namespace GpuLm.Kernels.Tests;

public class LayerNormTests
{
    const float Epsilon = 1e-5f;

    public static TheoryData<string, int, int> Cases => Shapes.ForEachDevice();

    [Theory, MemberData(nameof(Cases))]
    public void Forward(string name, int rows, int columns) =>
        CheckForward(TestDevices.Get(name), rows, columns, new TestRandom().WithOutliers(rows * columns));

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void Forward_of_equal_elements_and_of_a_large_mean(string name)
    {
        var device = TestDevices.Get(name);
        CheckForward(device, 3, 129, Enumerable.Repeat(3.25f, 3 * 129).ToArray());
        CheckForward(device, 5, 768, new TestRandom().Normal(5 * 768, mean: 100));
    }

    [Theory, MemberData(nameof(Cases))]
    public void Forward_of_a_sum(string name, int rows, int columns)
    {
        var device = TestDevices.Get(name);
        var random = new TestRandom();
        float[] hostA = random.Normal(rows * columns), hostB = random.WithOutliers(rows * columns);
        float[] hostSum = hostA.Zip(hostB, (a, b) => a + b).ToArray(), weight = random.Normal(columns), bias = random.Normal(columns);
        var expected = LayerNormReference.Forward(hostSum.ToDoubles(), weight.ToDoubles(), bias.ToDoubles(), Epsilon, rows, columns);

        using var a = Fenced.Input(device, hostA);
        using var b = Fenced.Input(device, hostB);
        using var viewWeight = Fenced.Input(device, weight);
        using var viewBias = Fenced.Input(device, bias);
        using var sum = Fenced.Output(device, rows * columns);
        using var y = Fenced.Output(device, rows * columns);
        using var mean = Fenced.Output(device, rows);
        using var rstd = Fenced.Output(device, rows);
        new LayerNorm.LayerNorm(device).ForwardOfSum(a, b, viewWeight, viewBias, Epsilon, rows, columns, sum, y, mean, rstd);
        Budget.CheckSameBits(hostSum, sum.Read());
        Budget.Check(y.Read(), expected.Y, columns);
        Budget.Check(mean.Read(), expected.Mean, columns);
        Budget.Check(rstd.Read(), expected.Rstd, columns);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Backward(string name, int rows, int columns) => CheckBackward(TestDevices.Get(name), rows, columns);

    [Theory, MemberData(nameof(VectorWidth.All), MemberType = typeof(VectorWidth))]
    public void Every_vector_width(int bits)
    {
        using var _ = new VectorWidth(bits);
        var device = TestDevices.Get("cpu");
        foreach (var (rows, columns) in Shapes.Ugly)
        {
            CheckForward(device, rows, columns, new TestRandom().WithOutliers(rows * columns));
            CheckBackward(device, rows, columns);
        }
    }

    [Fact]
    public void The_oracle_agrees_with_finite_differences()
    {
        const int rows = 3, columns = 5;
        var random = new TestRandom();
        double[] x = random.Normal(rows * columns).ToDoubles(), weight = random.Normal(columns).ToDoubles(),
            bias = random.Normal(columns).ToDoubles();
        double[] dY = random.Normal(rows * columns).ToDoubles();
        var (dX, dWeight, dBias) = LayerNormReference.Backward(dY, x, weight, bias, Epsilon, rows, columns);
        FiniteDifferences.Check(at => LayerNormReference.Forward(at, weight, bias, Epsilon, rows, columns).Y, x, dY, dX);
        FiniteDifferences.Check(at => LayerNormReference.Forward(x, at, bias, Epsilon, rows, columns).Y, weight, dY, dWeight);
        FiniteDifferences.Check(at => LayerNormReference.Forward(x, weight, at, Epsilon, rows, columns).Y, bias, dY, dBias);
    }

    [Fact]
    public void A_variance_that_divides_by_one_less_is_caught()
    {
        const int rows = 2, columns = 64;
        var random = new TestRandom();
        double[] x = random.Normal(rows * columns).ToDoubles(), weight = random.Normal(columns).ToDoubles(),
            bias = random.Normal(columns).ToDoubles();
        var expected = LayerNormReference.Forward(x, weight, bias, Epsilon, rows, columns).Y;
        double factor = Math.Sqrt((columns - 1.0) / columns);
        var faulty = expected.Value.Select((y, i) => (y - bias[i % columns]) * factor + bias[i % columns]).ToArray().ToFloats();
        Assert.Throws<FailException>(() => Budget.Check(faulty, expected, columns));
    }

    [Fact]
    public void A_view_that_is_too_short_is_refused()
    {
        var device = TestDevices.Get("cpu");
        using var x = Fenced.Input(device, new float[8]);
        var layerNorm = new LayerNorm.LayerNorm(device);
        Assert.Throws<ArgumentException>(() => layerNorm.Forward(x, x, x, Epsilon, 3, 3, x, x, x));
        Assert.Throws<ArgumentOutOfRangeException>(() => layerNorm.Forward(x, x, x, Epsilon, 0, 3, x, x, x));
    }

    static void CheckForward(ComputeDevice device, int rows, int columns, float[] x)
    {
        var random = new TestRandom();
        float[] weight = random.Normal(columns), bias = random.Normal(columns);
        var expected = LayerNormReference.Forward(x.ToDoubles(), weight.ToDoubles(), bias.ToDoubles(), Epsilon, rows, columns);

        using var viewX = Fenced.Input(device, x);
        using var viewWeight = Fenced.Input(device, weight);
        using var viewBias = Fenced.Input(device, bias);
        using var y = Fenced.Output(device, rows * columns);
        using var mean = Fenced.Output(device, rows);
        using var rstd = Fenced.Output(device, rows);
        new LayerNorm.LayerNorm(device).Forward(viewX, viewWeight, viewBias, Epsilon, rows, columns, y, mean, rstd);
        Budget.Check(y.Read(), expected.Y, columns);
        Budget.Check(mean.Read(), expected.Mean, columns);
        Budget.Check(rstd.Read(), expected.Rstd, columns);
    }

    static void CheckBackward(ComputeDevice device, int rows, int columns)
    {
        var random = new TestRandom();
        float[] hostX = random.WithOutliers(rows * columns), hostWeight = random.Normal(columns), bias = random.Normal(columns);
        float[] hostDY = random.Normal(rows * columns), hostResidual = random.Normal(rows * columns);
        var (_, means, rstds) = LayerNormReference.Forward(
            hostX.ToDoubles(), hostWeight.ToDoubles(), bias.ToDoubles(), Epsilon, rows, columns);
        var expected = LayerNormReference.Backward(
            hostDY.ToDoubles(), hostX.ToDoubles(), hostWeight.ToDoubles(), bias.ToDoubles(), Epsilon, rows, columns);

        using var dY = Fenced.Input(device, hostDY);
        using var x = Fenced.Input(device, hostX);
        using var weight = Fenced.Input(device, hostWeight);
        using var mean = Fenced.Input(device, means.Value.ToFloats());
        using var rstd = Fenced.Input(device, rstds.Value.ToFloats());
        using var dX = Fenced.Output(device, rows * columns);
        using var dWeight = Fenced.Output(device, columns);
        using var dBias = Fenced.Output(device, columns);
        var layerNorm = new LayerNorm.LayerNorm(device);
        layerNorm.Backward(dY, x, weight, mean, rstd, rows, columns, dX, dWeight, dBias, accumulate: false);
        float[] firstWeight = dWeight.Read(), firstBias = dBias.Read();
        Budget.Check(dX.Read(), expected.DX, columns + 4);
        Budget.Check(firstWeight, expected.DWeight, rows + 4);
        Budget.Check(firstBias, expected.DBias, rows);

        using var residual = Fenced.Input(device, hostResidual);
        layerNorm.BackwardWithResidual(dY, x, weight, mean, rstd, residual, rows, columns, residual, dWeight, dBias, accumulate: true);
        Budget.Check(residual.Read(), expected.DX.Plus(hostResidual.ToDoubles()), columns + 4);
        Budget.Check(dWeight.Read(), expected.DWeight.Plus(firstWeight.ToDoubles()), rows + 4);
        Budget.Check(dBias.Read(), expected.DBias.Plus(firstBias.ToDoubles()), rows + 1);

        layerNorm.Backward(dY, x, weight, mean, rstd, rows, columns, dX, dWeight, dBias, accumulate: false);
        Budget.CheckSameBits(firstWeight, dWeight.Read());
        Budget.CheckSameBits(firstBias, dBias.Read());
    }
}
