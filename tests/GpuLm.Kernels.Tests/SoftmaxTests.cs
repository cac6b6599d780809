using GpuLm.Kernels.Common;
using GpuLm.Reference;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Kernels.Tests;

public class SoftmaxTests
{
    public static TheoryData<string, int, int> Cases => Shapes.ForEachDevice();

    [Theory, MemberData(nameof(Cases))]
    public void Plain(string name, int rows, int columns) => Check(TestDevices.Get(name), rows, columns, causal: false);

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void Causal(string name)
    {
        foreach (int columns in (ReadOnlySpan<int>)[1, 2, 7, 16, 17, 129]) Check(TestDevices.Get(name), 3 * columns, columns, causal: true);
    }

    [Theory, MemberData(nameof(VectorWidth.All), MemberType = typeof(VectorWidth))]
    public void Every_vector_width(int bits)
    {
        using var _ = new VectorWidth(bits);
        foreach (var (rows, columns) in Shapes.Ugly) Check(TestDevices.Get("cpu"), rows, columns, causal: false);
        Check(TestDevices.Get("cpu"), 2 * 67, 67, causal: true);
    }

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void Masked_elements_get_nothing_and_fully_masked_rows_are_zero(string name)
    {
        const int rows = 3, columns = 37;
        var device = TestDevices.Get(name);
        float[] host = new TestRandom().Normal(rows * columns);
        for (int i = 0; i < columns; i++) host[columns + i] = float.NegativeInfinity;
        for (int i = 0; i < columns; i += 2) host[i] = float.NegativeInfinity;
        using var x = Fenced.Input(device, host);
        using var y = Fenced.Output(device, host.Length);
        new Softmax.Softmax(device).Forward(x, rows, columns, y);
        float[] result = y.Read();
        Budget.Check(result, SoftmaxReference.Forward(host.ToDoubles(), rows, columns, causal: false), columns);
        for (int i = 0; i < host.Length; i++) Assert.Equal(float.IsNegativeInfinity(host[i]), result[i] == 0);
    }

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void What_a_causal_row_does_not_see_does_not_matter(string name)
    {
        const int columns = 19;
        var device = TestDevices.Get(name);
        float[] host = new TestRandom().Normal(columns * columns);
        for (int i = 0; i < host.Length; i++) host[i] = i % columns > i / columns ? float.NaN : host[i];
        using var x = Fenced.Input(device, host);
        using var y = Fenced.Output(device, host.Length);
        new Softmax.Softmax(device).ForwardCausal(x, columns, columns, y);
        Budget.Check(y.Read(), SoftmaxReference.Forward(host.ToDoubles(), columns, columns, causal: true), columns);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void The_oracle_agrees_with_finite_differences(bool causal)
    {
        var random = new TestRandom();
        double[] x = random.Normal(4 * 4).ToDoubles(), dY = random.Normal(4 * 4).ToDoubles();
        var dX = SoftmaxReference.Backward(dY, SoftmaxReference.Forward(x, 4, 4, causal).Value, 4, 4, causal);
        FiniteDifferences.Check(at => SoftmaxReference.Forward(at, 4, 4, causal), x, dY, dX);
    }

    [Fact]
    public void Rows_that_are_no_square_are_refused()
    {
        var device = TestDevices.Get("cpu");
        using var x = Fenced.Input(device, new float[20]);
        Assert.Throws<ArgumentException>(() => new Softmax.Softmax(device).ForwardCausal(x, 5, 4, x));
    }

    static void Check(ComputeDevice device, int rows, int columns, bool causal)
    {
        var random = new TestRandom();
        float[] host = random.Normal(rows * columns, 4), hostDY = random.WithOutliers(rows * columns);
        var expected = SoftmaxReference.Forward(host.ToDoubles(), rows, columns, causal);
        float[] hostY = expected.Value.ToFloats();
        var expectedGradient = SoftmaxReference.Backward(hostDY.ToDoubles(), hostY.ToDoubles(), rows, columns, causal);
        var softmax = new Softmax.Softmax(device);
        using var x = Fenced.Input(device, host);
        using var y = Fenced.Output(device, host.Length);
        using var dY = Fenced.Input(device, hostDY);
        using var savedY = Fenced.Input(device, hostY);
        using var dX = Fenced.Output(device, host.Length);
        if (causal) softmax.ForwardCausal(x, rows, columns, y);
        else softmax.Forward(x, rows, columns, y);
        Budget.Check(y.Read(), expected, columns);
        if (causal) softmax.BackwardCausal(dY, savedY, rows, columns, dX);
        else softmax.Backward(dY, savedY, rows, columns, dX);
        Budget.Check(dX.Read(), expectedGradient, columns);
        if (causal) softmax.ForwardCausal(x, rows, columns, x);
        else softmax.Forward(x, rows, columns, x);
        Budget.CheckSameBits(y.Read(), x.Read(), "in place");
    }
}
