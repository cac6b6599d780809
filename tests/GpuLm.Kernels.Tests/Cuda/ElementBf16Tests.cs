using GpuLm.Kernels.Common;
using GpuLm.Reference;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Kernels.Tests.Cuda;

/// <summary>GELU, the residual sum and the bias gradient on bf16.</summary>
public class ElementBf16Tests
{
    static readonly int[] Counts = [8, 16, 2040, 2048, 2056, 10_008];

    public static TheoryData<string, int, int> Shapes => Bf16Shapes.ForEachDevice();

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void Gelu_forward_and_backward(string name)
    {
        var device = TestDevices.Get(name);
        foreach (int count in Counts)
        {
            var random = new TestRandom();
            float[] host = random.WithOutliers(count, 2).ToBf16(), above = random.Normal(count).ToBf16();
            (host[1], host[2], host[3], host[4]) = (0, -0f, -8, -12);
            using var x = Fenced.InputBf16(device, host);
            using var dY = Fenced.InputBf16(device, above);
            using var y = Fenced.OutputBf16(device, count);
            var gelu = new Gelu.Gelu(device);
            gelu.Forward(x.View, count, y.View);
            Budget.CheckBf16(y.ReadFloats(), GeluReference.Forward(host.ToDoubles()), terms: 4);
            gelu.Backward(dY.View, x.View, count, dY.View);
            Budget.CheckBf16(dY.ReadFloats(), GeluReference.Backward(above.ToDoubles(), host.ToDoubles()), terms: 4, what: "dX, in place");
        }
    }

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void Residual_sum_and_in_place(string name)
    {
        var device = TestDevices.Get(name);
        foreach (int count in Counts)
        {
            var random = new TestRandom();
            float[] hostA = random.WithOutliers(count).ToBf16(), hostB = random.Normal(count).ToBf16();
            float[] expected = hostA.Zip(hostB, (left, right) => left + right).ToArray().ToBf16();
            using var a = Fenced.InputBf16(device, hostA);
            using var b = Fenced.InputBf16(device, hostB);
            using var y = Fenced.OutputBf16(device, count);
            var add = new ResidualAdd.ResidualAdd(device);
            add.Forward(a.View, b.View, count, y.View);
            Budget.CheckSameBits(expected, y.ReadFloats());
            add.Forward(a.View, b.View, count, a.View);
            Budget.CheckSameBits(expected, a.ReadFloats());
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Bias_gradient_writing_and_adding(string name, int rows, int columns) =>
        CheckBiasGradient(TestDevices.Get(name), rows, columns);

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void Bias_gradient_of_many_rows_in_shares(string name) => CheckBiasGradient(TestDevices.Get(name), 1_031, 72);

    static void CheckBiasGradient(ComputeDevice device, int rows, int columns)
    {
        float[] host = new TestRandom().WithOutliers(rows * columns).ToBf16();
        var expected = BiasGradientReference.Backward(host.ToDoubles(), rows, columns);
        using var dY = Fenced.InputBf16(device, host);
        using var dBias = Fenced.Output(device, columns);
        var bias = new BiasGradient.BiasGradient(device);
        bias.WriteBiasGradient(dY.View, rows, columns, dBias);
        float[] first = dBias.Read();
        Budget.Check(first, expected, rows);
        bias.AddBiasGradient(dY.View, rows, columns, dBias);
        Budget.Check(dBias.Read(), expected.Plus(first.ToDoubles()), rows + 1);
        bias.WriteBiasGradient(dY.View, rows, columns, dBias);
        Budget.CheckSameBits(first, dBias.Read());
    }

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void Counts_that_do_not_fill_vectors_and_views_between_them_are_refused(string name)
    {
        var device = TestDevices.Get(name);
        using var x = Fenced.InputBf16(device, new float[24]);
        var gelu = new Gelu.Gelu(device);
        Refuses("multiple of 8", () => gelu.Forward(x.View, 12, x.View));
        Refuses("16 bytes", () => gelu.Forward(x.View.SubView(4, 16), 16, x.View));
        Refuses("holds 24", () => gelu.Forward(x.View, 32, x.View));
        using var wide = Fenced.Input(device, new float[24]);
        Refuses("format", () => gelu.Forward(x.View, 24, wide.View));
    }

    static void Refuses(string reason, Action launch) =>
        Assert.Contains(reason, Assert.Throws<ArgumentException>(launch).Message, StringComparison.Ordinal);

    [Fact]
    public void A_device_without_bf16_is_refused_and_fp32_tensors_take_the_plain_kernels()
    {
        var device = TestDevices.Get("cpu");
        using var x = Fenced.InputBf16(device, new float[8]);
        var message = Assert.Throws<ArgumentException>(() => new Gelu.Gelu(device).Forward(x.View, 8, x.View)).Message;
        Assert.Contains("compute capability 8.0", message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new ResidualAdd.ResidualAdd(device).Forward(x.View, x.View, 8, x.View));

        float[] host = new TestRandom().Normal(8);
        using var plain = Fenced.Input(device, host);
        using var y = Fenced.Output(device, 8);
        new Gelu.Gelu(device).Forward((Tensor)plain.View, 8, (Tensor)y.View);
        Budget.Check(y.Read(), GeluReference.Forward(host.ToDoubles()), terms: 4);
    }
}
