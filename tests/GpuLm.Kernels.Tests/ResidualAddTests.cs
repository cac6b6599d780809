using GpuLm.Reference;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Kernels.Tests;

public class ResidualAddTests
{
    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void Forward_and_in_place(string name)
    {
        var device = TestDevices.Get(name);
        var random = new TestRandom();
        foreach (int count in (ReadOnlySpan<int>)[1, 17, 511, 512, 513, 10_007])
        {
            float[] hostA = random.WithOutliers(count), hostB = random.Normal(count);
            var expected = ResidualAddReference.Forward(hostA.ToDoubles(), hostB.ToDoubles());
            using var a = Fenced.Input(device, hostA);
            using var b = Fenced.Input(device, hostB);
            using var y = Fenced.Output(device, count);
            var add = new ResidualAdd.ResidualAdd(device);
            add.Forward(a, b, count, y);
            Budget.Check(y.Read(), expected, terms: 0, ulps: 0.5);
            add.Forward(a, b, count, a);
            Budget.Check(a.Read(), expected, terms: 0, ulps: 0.5);
        }
    }

    [Fact]
    public void The_oracles_gradient_is_the_gradient_from_above()
    {
        var random = new TestRandom();
        double[] a = random.Normal(5).ToDoubles(), b = random.Normal(5).ToDoubles(), dY = random.Normal(5).ToDoubles();
        FiniteDifferences.Check(at => ResidualAddReference.Forward(at, b), a, dY, new Oracle(dY, dY));
    }
}
