using GpuLm.Kernels.Common;
using GpuLm.Reference;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Kernels.Tests;

public class RmsNormTests
{
    const float Epsilon = 1e-5f;

    public static TheoryData<string, int, int> Cases => Shapes.ForEachDevice();

    [Theory, MemberData(nameof(Cases))]
    public void Forward_alone_and_of_a_sum(string name, int rows, int columns) => CheckForward(TestDevices.Get(name), rows, columns);

    [Theory, MemberData(nameof(Cases))]
    public void Backward(string name, int rows, int columns) => CheckBackward(TestDevices.Get(name), rows, columns);

    [Theory, MemberData(nameof(VectorWidth.All), MemberType = typeof(VectorWidth))]
    public void Every_vector_width(int bits)
    {
        using var _ = new VectorWidth(bits);
        foreach (var (rows, columns) in Shapes.Ugly)
        {
            CheckForward(TestDevices.Get("cpu"), rows, columns);
            CheckBackward(TestDevices.Get("cpu"), rows, columns);
        }
    }

    [Fact]
    public void The_oracle_agrees_with_finite_differences()
    {
        const int rows = 3, columns = 5;
        var random = new TestRandom();
        double[] x = random.Normal(rows * columns).ToDoubles(), weight = random.Normal(columns).ToDoubles(),
            dY = random.Normal(rows * columns).ToDoubles();
        var (dX, dWeight) = RmsNormReference.Backward(dY, x, weight, Epsilon, rows, columns);
        FiniteDifferences.Check(at => RmsNormReference.Forward(at, weight, Epsilon, rows, columns).Y, x, dY, dX);
        FiniteDifferences.Check(at => RmsNormReference.Forward(x, at, Epsilon, rows, columns).Y, weight, dY, dWeight);
    }

    static void CheckForward(ComputeDevice device, int rows, int columns)
    {
        var random = new TestRandom();
        float[] hostA = random.WithOutliers(rows * columns), hostB = random.Normal(rows * columns), hostWeight = random.Normal(columns);
        float[] hostSum = hostA.Zip(hostB, (a, b) => a + b).ToArray();
        var expected = RmsNormReference.Forward(hostA.ToDoubles(), hostWeight.ToDoubles(), Epsilon, rows, columns);
        var expectedOfSum = RmsNormReference.Forward(hostSum.ToDoubles(), hostWeight.ToDoubles(), Epsilon, rows, columns);

        using var a = Fenced.Input(device, hostA);
        using var b = Fenced.Input(device, hostB);
        using var weight = Fenced.Input(device, hostWeight);
        using var sum = Fenced.Output(device, rows * columns);
        using var y = Fenced.Output(device, rows * columns);
        using var rstd = Fenced.Output(device, rows);
        var rmsNorm = new RmsNorm.RmsNorm(device);
        rmsNorm.Forward(a, weight, Epsilon, rows, columns, y, rstd);
        Budget.Check(y.Read(), expected.Y, columns);
        Budget.Check(rstd.Read(), expected.Rstd, columns);

        using var yOfSum = Fenced.Output(device, rows * columns);
        using var rstdOfSum = Fenced.Output(device, rows);
        rmsNorm.ForwardOfSum(a, b, weight, Epsilon, rows, columns, sum, yOfSum, rstdOfSum);
        Budget.CheckSameBits(hostSum, sum.Read());
        Budget.Check(yOfSum.Read(), expectedOfSum.Y, columns);
        Budget.Check(rstdOfSum.Read(), expectedOfSum.Rstd, columns);
    }

    static void CheckBackward(ComputeDevice device, int rows, int columns)
    {
        var random = new TestRandom();
        float[] hostX = random.WithOutliers(rows * columns), hostWeight = random.Normal(columns);
        float[] hostDY = random.Normal(rows * columns), hostResidual = random.Normal(rows * columns);
        float[] hostRstd = RmsNormReference.Forward(
            hostX.ToDoubles(), hostWeight.ToDoubles(), Epsilon, rows, columns).Rstd.Value.ToFloats();
        var expected = RmsNormReference.Backward(hostDY.ToDoubles(), hostX.ToDoubles(), hostWeight.ToDoubles(), Epsilon, rows, columns);

        using var dY = Fenced.Input(device, hostDY);
        using var x = Fenced.Input(device, hostX);
        using var weight = Fenced.Input(device, hostWeight);
        using var rstd = Fenced.Input(device, hostRstd);
        using var dX = Fenced.Output(device, rows * columns);
        using var dWeight = Fenced.Output(device, columns);
        var rmsNorm = new RmsNorm.RmsNorm(device);
        rmsNorm.Backward(dY, x, weight, rstd, rows, columns, dX, dWeight, accumulate: false);
        float[] first = dWeight.Read();
        Budget.Check(dX.Read(), expected.DX, columns + 4);
        Budget.Check(first, expected.DWeight, rows + 4);

        using var residual = Fenced.Input(device, hostResidual);
        rmsNorm.BackwardWithResidual(dY, x, weight, rstd, residual, rows, columns, residual, dWeight, accumulate: true);
        Budget.Check(residual.Read(), expected.DX.Plus(hostResidual.ToDoubles()), columns + 4);
        Budget.Check(dWeight.Read(), expected.DWeight.Plus(first.ToDoubles()), rows + 4);

        rmsNorm.Backward(dY, x, weight, rstd, rows, columns, dX, dWeight, accumulate: false);
        Budget.CheckSameBits(first, dWeight.Read());
    }
}
