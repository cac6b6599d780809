using GpuLm.Kernels.Common;
using GpuLm.Reference;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Kernels.Tests.Cuda;

/// <summary>
/// Sums over all rows, and products whose groups do tile after tile, as <see cref="LargeRowsTests"/> does it. The device has so many
/// multiprocessors that a group's share is small; sizes are multiples of what all groups take in turn, so the last group has the last row.
/// </summary>
public class LargeSumsTests
{
    const int Multiprocessors = 4096, Columns = 17 * Tile, Rows = 1 << 20, Tile = 256, Elements = 1024;

    static readonly Lazy<ComputeDevice> Device = new(() => InterpretedCuda.Open(multiprocessors: Multiprocessors, lastGroups: 1));

    [Fact]
    public void Layer_norm_backward_over_many_rows()
    {
        var device = Device.Value;
        var random = new TestRandom();
        float[] hostX = random.Normal(Columns).ToBf16(), hostDY = random.Normal(Columns).ToBf16(), hostWeight = random.Normal(Columns);
        double[] bias = new double[Columns];
        var (_, mean, rstd) = LayerNormReference.Forward(hostX.ToDoubles(), hostWeight.ToDoubles(), bias, 1e-5, 1, Columns);
        var expected = LayerNormReference.Backward(hostDY.ToDoubles(), hostX.ToDoubles(), hostWeight.ToDoubles(), bias, 1e-5, 1, Columns);
        using var x = new FarEnd<BFloat16>(device, (long)Rows * Columns).End(Bits(hostX));
        using var dY = new FarEnd<BFloat16>(device, (long)Rows * Columns).End(Bits(hostDY));
        using var weight = Fenced.Input(device, hostWeight);
        using var means = new FarEnd<float>(device, Rows).End(mean.Value.ToFloats());
        using var rstds = new FarEnd<float>(device, Rows).End(rstd.Value.ToFloats());
        using var dX = new FarEnd<BFloat16>(device, (long)Rows * Columns);
        using var dWeight = new FarEnd<float>(device, Columns);
        using var dBias = new FarEnd<float>(device, Columns);
        new LayerNorm.LayerNorm(device).Backward(
            dY.View, x.View, weight, means.View, rstds.View, Rows, Columns, dX.View, dWeight.View, dBias.View, accumulate: false);
        Budget.CheckBf16(Array.ConvertAll(dX.Last(Columns), value => value.ToSingle()), expected.DX, Columns + 4);
        Budget.CheckSameBits(hostDY.AsSpan(^Tile..), dBias.Last(Tile));
    }

    [Fact]
    public void Bias_gradient_over_many_rows()
    {
        var device = Device.Value;
        float[] host = new TestRandom().Normal(Columns).ToBf16();
        using var dY = new FarEnd<BFloat16>(device, (long)Rows * Columns).End(Bits(host));
        using var dBias = new FarEnd<float>(device, Columns);
        new BiasGradient.BiasGradient(device).WriteBiasGradient(dY.View, Rows, Columns, dBias.View);
        Budget.CheckSameBits(host.AsSpan(^Tile..), dBias.Last(Tile));
    }

    [Theory, InlineData(0), InlineData(1)]
    public void Norm_of_many_gradients(int odd)
    {
        // Not a multiple of four goes to the kernel that takes one element after the other.
        long length = (1L << 32) + (1 << 20) + odd;
        var device = Device.Value;
        float[] host = new TestRandom().Normal(Elements);
        using var gradients = new FarEnd<float>(device, length).End(host);
        using var workspace = Fenced.Input(device, new float[GradientNorm.GradientNorm.WorkspaceLength]);
        using var norm = Fenced.Output(device, 1);
        new GradientNorm.GradientNorm(device).Compute(gradients.View, length, workspace, norm);
        double expected = Math.Sqrt(host.Sum(value => (double)value * value));
        Assert.Equal(expected, norm.Read()[0], tolerance: 1e-5 * expected);
    }

    [Fact]
    public void A_far_row_of_A_by_wgmma()
    {
        const int tiles = 1 << 15, rows = 128 * tiles, n = 8, k = 1032, tail = 3;
        using var device = InterpretedCuda.Open(major: 9, multiprocessors: tiles, lastGroups: 1);
        float[] hostA = new TestRandom().Normal(tail * k).ToBf16(), hostB = new TestRandom().Normal(k * n).ToBf16();
        using var a = new FarEnd<BFloat16>(device, (long)rows * k).End(Bits(hostA));
        using var b = Fenced.InputBf16(device, hostB);
        using var c = new FarEnd<float>(device, (long)rows * n);
        new MatMul.MatMul(device, configuration: "wgmma-128x128").Multiply(a.View, b.View, new(rows, n, k), c.View);
        var expected = MatMulReference.Multiply(hostA, hostB, tail, n, k, transposeA: false, transposeB: false);
        Budget.Check(c.Last(tail * n), expected, k);
    }

    static BFloat16[] Bits(float[] values) => Array.ConvertAll(values, BFloat16.FromSingle);
}
