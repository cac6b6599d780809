using GpuLm.Kernels.Common;
using GpuLm.Reference;
using GpuLm.TestKit;
using ILGPU;
using ILGPU.Runtime;
using Xunit;
using Xunit.Sdk;

namespace GpuLm.Kernels.Tests;

/// <summary>Sabotage: each kind of check must turn red when a fault is planted.</summary>
public class TestKitTests
{
    static void Fill(ArrayView<float> y, int start, int end)
    {
        if (Grid.IdxX == 0 && Group.IdxX == 0) for (int i = start; i < end; i++) y[i] = 1;
    }

    static void Launch(ComputeDevice device, ArrayView<float> y, int start, int end) =>
        device.Load<Action<AcceleratorStream, KernelConfig, ArrayView<float>, int, int>>(Fill)(
            device.Stream, device.Rows(1), y, start, end);

    static Oracle Ones(int length)
    {
        var ones = new Oracle(length);
        for (int i = 0; i < length; i++) ones.Add(i, 1);
        return ones;
    }

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void A_complete_result_passes(string name)
    {
        var device = TestDevices.Get(name);
        using var y = Fenced.Output(device, 37);
        Launch(device, y, 0, 37);
        Budget.Check(y.Read(), Ones(37), terms: 1);
    }

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void A_missing_write_is_seen(string name)
    {
        var device = TestDevices.Get(name);
        using var y = Fenced.Output(device, 37);
        Launch(device, y, 0, 36);
        float[] actual = y.Read();
        Assert.Throws<FailException>(() => Budget.Check(actual, Ones(37), terms: 1));
    }

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void A_write_outside_is_seen(string name)
    {
        var device = TestDevices.Get(name);
        using var y = Fenced.Output(device, 5);
        Launch(device, y.Beyond(1), 0, 6);
        Assert.Throws<FailException>(y.Read);
    }

    [Fact]
    public void A_NaN_a_dropped_term_and_a_wrong_length_are_seen()
    {
        const int terms = 1000;
        var random = new TestRandom();
        float[] x = random.Normal(terms);
        var oracle = new Oracle(1);
        foreach (float value in x) oracle.Add(0, value);
        float sum = x.Sum();

        Budget.Check([sum], oracle, terms);
        Assert.Throws<FailException>(() => Budget.Check([float.NaN], oracle, terms));
        Assert.Throws<FailException>(() => Budget.Check([sum - x[500]], oracle, terms));
        Assert.Throws<FailException>(() => Budget.Check([sum, sum], oracle, terms));
    }

    [Fact]
    public void A_wrong_gradient_is_seen()
    {
        static Oracle Square(double[] x)
        {
            var y = new Oracle(x.Length);
            for (int i = 0; i < x.Length; i++) y.Set(i, x[i] * x[i]);
            return y;
        }

        static Oracle Gradient(double factor)
        {
            var dX = new Oracle(2);
            dX.Set(0, factor * 3);
            dX.Set(1, factor * -2 * 0.5);
            return dX;
        }

        FiniteDifferences.Check(Square, [3, -2], [1, 0.5], Gradient(2));
        Assert.Throws<FailException>(() => FiniteDifferences.Check(Square, [3, -2], [1, 0.5], Gradient(2.001)));
    }

    [Fact]
    public void A_single_different_bit_is_seen()
    {
        Budget.CheckSameBits([1f, 0f], [1f, 0f]);
        Assert.Throws<FailException>(() => Budget.CheckSameBits([1f, 0f], [1f, -0f]));
        Assert.Throws<FailException>(() => Budget.CheckSameBits([1f], [MathF.BitIncrement(1f)]));
    }
}
