using GpuLm.Kernels.Common;
using GpuLm.Reference;
using GpuLm.TestKit;
using Xunit;
using Xunit.Sdk;

namespace GpuLm.Kernels.Tests;

public class GeluTests
{
    // Roundings one after another in each element's formula.
    const double Roundings = 4;

    static readonly int[] Counts = [1, 3, 15, 16, 17, 127, 128, 511, 512, 513, 10_007];

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void Both_forms_forward_and_backward(string name)
    {
        foreach (int count in Counts) Check(TestDevices.Get(name), count);
    }

    [Theory, MemberData(nameof(VectorWidth.All), MemberType = typeof(VectorWidth))]
    public void Every_vector_width(int bits)
    {
        using var _ = new VectorWidth(bits);
        foreach (int count in Counts) Check(TestDevices.Get("cpu"), count);
    }

    [Fact]
    public void The_oracle_agrees_with_finite_differences()
    {
        var random = new TestRandom();
        double[] x = [.. random.Normal(40, 2).ToDoubles(), 0, -5, 5], dY = random.Normal(43).ToDoubles();
        FiniteDifferences.Check(GeluReference.Forward, x, dY, GeluReference.Backward(dY, x));
        FiniteDifferences.Check(GeluReference.ForwardErf, x, dY, GeluReference.BackwardErf(dY, x));
    }

    [Fact]
    public void One_form_in_place_of_the_other_is_caught()
    {
        double[] x = new TestRandom().Normal(100).ToDoubles();
        Assert.Throws<FailException>(() => Budget.Check(GeluReference.ForwardErf(x).Value.ToFloats(), GeluReference.Forward(x), Roundings));
    }

    static void Check(ComputeDevice device, int count)
    {
        var random = new TestRandom();
        float[] host = random.WithOutliers(count, 2), above = random.Normal(count);
        if (count > 8) (host[1], host[2], host[3], host[4], host[5]) = (0, -0.0f, -8, -12, 0.927734375f * 1.41421356f);
        using var x = Fenced.Input(device, host);
        using var dY = Fenced.Input(device, above);
        using var y = Fenced.Output(device, count);
        using var dX = Fenced.Output(device, count);
        var gelu = new Gelu.Gelu(device);

        gelu.Forward(x, count, y);
        Budget.Check(y.Read(), GeluReference.Forward(host.ToDoubles()), Roundings);
        gelu.Backward(dY, x, count, dX);
        Budget.Check(dX.Read(), GeluReference.Backward(above.ToDoubles(), host.ToDoubles()), Roundings);

        using var yErf = Fenced.Output(device, count);
        gelu.ForwardErf(x, count, yErf);
        Budget.Check(yErf.Read(), GeluReference.ForwardErf(host.ToDoubles()), Roundings);
        gelu.BackwardErf(dY, x, count, dY);
        Budget.Check(
            dY.Read(), GeluReference.BackwardErf(above.ToDoubles(), host.ToDoubles()), Roundings, what: "dX of the erf form, in place");
    }
}
