using GpuLm.Kernels.Common;
using GpuLm.Reference;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Kernels.Tests;

public class SwiGluTests
{
    // Roundings one after another in each element's formula.
    const double Roundings = 4;

    static readonly int[] Counts = [1, 3, 15, 16, 17, 127, 511, 512, 513, 10_007];

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void Forward_and_backward(string name)
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
        double[] gate = random.Normal(30, 2).ToDoubles(), up = random.Normal(30).ToDoubles(), dY = random.Normal(30).ToDoubles();
        var (dGate, dUp) = SwiGluReference.Backward(dY, gate, up);
        FiniteDifferences.Check(at => SwiGluReference.Forward(at, up), gate, dY, dGate);
        FiniteDifferences.Check(at => SwiGluReference.Forward(gate, at), up, dY, dUp);
    }

    static void Check(ComputeDevice device, int count)
    {
        var random = new TestRandom();
        float[] hostGate = random.WithOutliers(count, 2), hostUp = random.Normal(count), hostDY = random.Normal(count);
        using var gate = Fenced.Input(device, hostGate);
        using var up = Fenced.Input(device, hostUp);
        using var dY = Fenced.Input(device, hostDY);
        using var y = Fenced.Output(device, count);
        using var dGate = Fenced.Output(device, count);
        using var dUp = Fenced.Output(device, count);
        var swiGlu = new SwiGlu.SwiGlu(device);
        swiGlu.Forward(gate, up, count, y);
        Budget.Check(y.Read(), SwiGluReference.Forward(hostGate.ToDoubles(), hostUp.ToDoubles()), Roundings);

        var expected = SwiGluReference.Backward(hostDY.ToDoubles(), hostGate.ToDoubles(), hostUp.ToDoubles());
        swiGlu.Backward(dY, gate, up, count, dGate, dUp);
        Budget.Check(dGate.Read(), expected.DGate, Roundings);
        Budget.Check(dUp.Read(), expected.DUp, Roundings);
        swiGlu.Backward(dY, gate, up, count, gate, up);
        Budget.Check(gate.Read(), expected.DGate, Roundings, what: "dGate in place");
        Budget.Check(up.Read(), expected.DUp, Roundings, what: "dUp in place");
    }
}
