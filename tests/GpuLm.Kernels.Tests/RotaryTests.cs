using GpuLm.Kernels.Common;
using GpuLm.Kernels.Rotary;
using GpuLm.Reference;
using GpuLm.TestKit;
using Xunit;
using Xunit.Sdk;

namespace GpuLm.Kernels.Tests;

public class RotaryTests
{
    const double ThetaBase = 10_000;

    // Both products of a rotation, and the table's rounding.
    const double Terms = 4;

    static readonly (int B, int T, int Heads, int HeadSize, int Gap)[] Sizes =
        [(1, 1, 1, 2, 0), (2, 5, 3, 6, 1), (3, 7, 2, 30, 0), (1, 33, 4, 32, 64), (2, 17, 12, 64, 768), (1, 3, 1, 258, 3)];

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void Forward_and_backward(string name)
    {
        foreach (var size in Sizes) Check(TestDevices.Get(name), size);
    }

    [Theory, MemberData(nameof(VectorWidth.All), MemberType = typeof(VectorWidth))]
    public void Every_vector_width(int bits)
    {
        using var _ = new VectorWidth(bits);
        foreach (var size in Sizes) Check(TestDevices.Get("cpu"), size);
    }

    [Fact]
    public void The_oracle_agrees_with_finite_differences()
    {
        var random = new TestRandom();
        double[] x = random.Normal(2 * 3 * 12).ToDoubles(), dY = random.Normal(2 * 3 * 12).ToDoubles();
        FiniteDifferences.Check(
            at => RotaryReference.Forward(at, 3, 2, 6, ThetaBase), x, dY, RotaryReference.Backward(dY, 3, 2, 6, ThetaBase));
    }

    [Fact]
    public void The_other_pairing_of_channels_is_caught()
    {
        double[] x = new TestRandom().Normal(4 * 8).ToDoubles();
        var expected = RotaryReference.Forward(x, 4, 1, 8, ThetaBase);
        // GPT-J pairs neighbours: the same rotation between two permutations.
        int[] halves = [0, 2, 4, 6, 1, 3, 5, 7];
        var permuted = Enumerable.Range(0, x.Length).Select(i => x[i / 8 * 8 + halves[i % 8]]).ToArray();
        var rotated = RotaryReference.Forward(permuted, 4, 1, 8, ThetaBase).Value;
        var faulty = Enumerable.Range(0, x.Length).Select(i => (float)rotated[i / 8 * 8 + Array.IndexOf(halves, i % 8)]).ToArray();
        Assert.Throws<FailException>(() => Budget.Check(faulty, expected, Terms));
    }

    [Fact]
    public void An_odd_head_and_a_short_table_are_refused()
    {
        var device = TestDevices.Get("cpu");
        Assert.Throws<ArgumentException>(() => new RotaryTable(device, 4, 5));
        using var table = new RotaryTable(device, 4, 6);
        using var x = Fenced.Input(device, new float[5 * 6]);
        Assert.Throws<ArgumentException>(() => new Rotary.Rotary(device).Forward(x, table, 1, 5, 1, 6, x));
        Assert.Throws<ArgumentException>(() => new Rotary.Rotary(device).Forward(x, table, 1, 4, 1, 5, x));
    }

    static void Check(ComputeDevice device, (int B, int T, int Heads, int HeadSize, int Gap) size)
    {
        int rows = size.B * size.T, width = size.Heads * size.HeadSize, stride = width + size.Gap;
        float[] host = new TestRandom().WithOutliers(rows * width);
        float[] Spread(float[] dense) =>
            Enumerable.Range(0, rows * stride).Select(i => i % stride < width ? dense[i / stride * width + i % stride] : -7).ToArray();
        float[] Gather(float[] spread) => Enumerable.Range(0, rows * width).Select(i => spread[i / width * stride + i % width]).ToArray();

        using var table = new RotaryTable(device, size.T + 2, size.HeadSize, ThetaBase);
        using var x = Fenced.Input(device, Spread(host));
        var rotary = new Rotary.Rotary(device);
        rotary.Forward(x, table, size.B, size.T, size.Heads, stride, x);
        float[] rotated = x.Read();
        Budget.Check(Gather(rotated), RotaryReference.Forward(host.ToDoubles(), size.T, size.Heads, size.HeadSize, ThetaBase), Terms);
        Budget.CheckSameBits(Spread(Gather(rotated)), rotated, "the gaps between rows");

        using var dY = Fenced.Input(device, Spread(host));
        using var dX = Fenced.Input(device, Spread(new float[rows * width]));
        rotary.Backward(dY, table, size.B, size.T, size.Heads, stride, dX);
        Budget.Check(Gather(dX.Read()), RotaryReference.Backward(host.ToDoubles(), size.T, size.Heads, size.HeadSize, ThetaBase), Terms);
    }
}
