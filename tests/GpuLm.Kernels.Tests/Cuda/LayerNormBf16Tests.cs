using GpuLm.Kernels.Common;
using GpuLm.Reference;
using GpuLm.TestKit;
using Xunit;
using Xunit.Sdk;

namespace GpuLm.Kernels.Tests.Cuda;

public class LayerNormBf16Tests
{
    const float Epsilon = 1e-5f;

    public static TheoryData<string, int, int> Cases => Bf16Shapes.ForEachDevice();

    [Theory, MemberData(nameof(Cases))]
    public void Forward(string name, int rows, int columns) =>
        CheckForward(TestDevices.Get(name), rows, columns, new TestRandom().WithOutliers(rows * columns));

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void Forward_of_equal_elements_and_of_a_large_mean(string name)
    {
        var device = TestDevices.Get(name);
        CheckForward(device, 3, 136, Enumerable.Repeat(3.25f, 3 * 136).ToArray());
        CheckForward(device, 5, 768, new TestRandom().Normal(5 * 768, mean: 100));
    }

    [Theory, MemberData(nameof(Cases))]
    public void Forward_of_a_sum(string name, int rows, int columns)
    {
        var device = TestDevices.Get(name);
        var random = new TestRandom();
        float[] hostA = random.Normal(rows * columns).ToBf16(), hostB = random.WithOutliers(rows * columns).ToBf16();
        float[] hostSum = hostA.Zip(hostB, (left, right) => left + right).ToArray().ToBf16();
        float[] hostWeight = random.Normal(columns), hostBias = random.Normal(columns);
        var expected = LayerNormReference.Forward(hostSum.ToDoubles(), hostWeight.ToDoubles(), hostBias.ToDoubles(), Epsilon, rows,
            columns);

        using var a = Fenced.InputBf16(device, hostA);
        using var b = Fenced.InputBf16(device, hostB);
        using var weight = Fenced.Input(device, hostWeight);
        using var bias = Fenced.Input(device, hostBias);
        using var y = Fenced.OutputBf16(device, rows * columns);
        using var mean = Fenced.Output(device, rows);
        using var rstd = Fenced.Output(device, rows);
        new LayerNorm.LayerNorm(device).ForwardOfSum(a.View, b.View, weight, bias, Epsilon, rows, columns, a.View, y.View, mean, rstd);
        Budget.CheckSameBits(hostSum, a.ReadFloats());
        Budget.CheckBf16(y.ReadFloats(), expected.Y, columns);
        Budget.Check(mean.Read(), expected.Mean, columns);
        Budget.Check(rstd.Read(), expected.Rstd, columns);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Backward(string name, int rows, int columns)
    {
        var device = TestDevices.Get(name);
        var random = new TestRandom();
        float[] hostX = random.WithOutliers(rows * columns).ToBf16(), hostWeight = random.Normal(columns), bias = random.Normal(columns);
        float[] hostDY = random.Normal(rows * columns).ToBf16(), hostResidual = random.Normal(rows * columns).ToBf16();
        var (_, means, rstds) = LayerNormReference.Forward(
            hostX.ToDoubles(), hostWeight.ToDoubles(), bias.ToDoubles(), Epsilon, rows, columns);
        var expected = LayerNormReference.Backward(
            hostDY.ToDoubles(), hostX.ToDoubles(), hostWeight.ToDoubles(), bias.ToDoubles(), Epsilon, rows, columns);

        using var dY = Fenced.InputBf16(device, hostDY);
        using var x = Fenced.InputBf16(device, hostX);
        using var residual = Fenced.InputBf16(device, hostResidual);
        using var weight = Fenced.Input(device, hostWeight);
        using var mean = Fenced.Input(device, means.Value.ToFloats());
        using var rstd = Fenced.Input(device, rstds.Value.ToFloats());
        using var dX = Fenced.OutputBf16(device, rows * columns);
        using var dWeight = Fenced.Output(device, columns);
        using var dBias = Fenced.Output(device, columns);
        var norm = new LayerNorm.LayerNorm(device);
        norm.Backward(dY.View, x.View, weight, mean, rstd, rows, columns, dX.View, dWeight, dBias, accumulate: false);
        float[] firstWeight = dWeight.Read(), firstBias = dBias.Read();
        Budget.CheckBf16(dX.ReadFloats(), expected.DX, columns + 4);
        Budget.Check(firstWeight, expected.DWeight, rows + 4);
        Budget.Check(firstBias, expected.DBias, rows);

        norm.BackwardWithResidual(
            dY.View, x.View, weight, mean, rstd, residual.View, rows, columns, residual.View, dWeight, dBias, accumulate: true);
        Budget.CheckBf16(residual.ReadFloats(), expected.DX.Plus(hostResidual.ToDoubles()), columns + 4);
        Budget.Check(dWeight.Read(), expected.DWeight.Plus(firstWeight.ToDoubles()), rows + 4);
        Budget.Check(dBias.Read(), expected.DBias.Plus(firstBias.ToDoubles()), rows + 1);

        norm.Backward(dY.View, x.View, weight, mean, rstd, rows, columns, dY.View, dWeight, dBias, accumulate: false);
        Budget.CheckSameBits(dX.ReadFloats(), dY.ReadFloats(), "dX, in place");
        Budget.CheckSameBits(firstWeight, dWeight.Read());
        Budget.CheckSameBits(firstBias, dBias.Read());
    }

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void Rows_that_do_not_fill_vectors_or_are_too_long_are_refused(string name)
    {
        var device = TestDevices.Get(name);
        using var x = Fenced.InputBf16(device, new float[16_384]);
        using var f = Fenced.Input(device, new float[16_384]);
        var norm = new LayerNorm.LayerNorm(device);
        Assert.Throws<ArgumentException>(() => norm.Forward(x.View, f, f, Epsilon, 3, 12, x.View, f, f));
        Assert.Throws<ArgumentException>(() => norm.Forward(x.View, f, f, Epsilon, 1, 16_384, x.View, f, f));
        Assert.Throws<ArgumentException>(() => norm.Forward(x.View, f, f, Epsilon, 2_049, 8, x.View, f, f));
    }

    /// <summary>Sabotage: inputs that lost two more bits are seen.</summary>
    [Fact]
    public void A_row_that_was_rounded_twice_is_caught()
    {
        const int columns = 64;
        var random = new TestRandom();
        double[] x = random.Normal(columns).ToBf16().ToDoubles(), weight = random.Normal(columns).ToDoubles(),
            bias = random.Normal(columns).ToDoubles();
        var expected = LayerNormReference.Forward(x, weight, bias, Epsilon, 1, columns).Y;
        Budget.CheckBf16(expected.Value.ToFloats().ToBf16(), expected, columns);
        double[] coarse = Array.ConvertAll(x, value => Math.Round(value * 64) / 64);
        var faulty = LayerNormReference.Forward(coarse, weight, bias, Epsilon, 1, columns).Y;
        Assert.Throws<FailException>(() => Budget.CheckBf16(faulty.Value.ToFloats().ToBf16(), expected, columns));
    }

    static void CheckForward(ComputeDevice device, int rows, int columns, float[] values)
    {
        var random = new TestRandom();
        float[] host = values.ToBf16(), hostWeight = random.Normal(columns), hostBias = random.Normal(columns);
        var expected = LayerNormReference.Forward(host.ToDoubles(), hostWeight.ToDoubles(), hostBias.ToDoubles(), Epsilon, rows, columns);
        using var x = Fenced.InputBf16(device, host);
        using var weight = Fenced.Input(device, hostWeight);
        using var bias = Fenced.Input(device, hostBias);
        using var y = Fenced.OutputBf16(device, rows * columns);
        using var mean = Fenced.Output(device, rows);
        using var rstd = Fenced.Output(device, rows);
        new LayerNorm.LayerNorm(device).Forward(x.View, weight, bias, Epsilon, rows, columns, y.View, mean, rstd);
        Budget.CheckBf16(y.ReadFloats(), expected.Y, columns);
        Budget.Check(mean.Read(), expected.Mean, columns);
        Budget.Check(rstd.Read(), expected.Rstd, columns);
    }
}
