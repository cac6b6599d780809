using GpuLm.Kernels.Common;
using GpuLm.Reference;
using GpuLm.TestKit;
using Xunit;
using Xunit.Sdk;

namespace GpuLm.Kernels.Tests;

public class ConversionTests
{
    static readonly int[] Counts = [1, 7, 8, 9, 2047, 2048, 2049, 10_007];

    /// <summary>Ties both ways, the largest numbers, what rounds to infinity, subnormal numbers, zeros and what is no number.</summary>
    static readonly float[] Special =
    [
        1 + 1 / 256f, 1 + 3 / 256f, -1 - 1 / 256f, 1 + 1 / 256f + 1e-6f, 3.3895314e38f, 3.3961775e38f, -3.4e38f, 1e-40f, 4.6e-41f,
            -1e-45f, 0f, -0f,
        float.PositiveInfinity, float.NegativeInfinity,
    ];

    static float[] Numbers(int count)
    {
        float[] values = new TestRandom().WithOutliers(count);
        Special.AsSpan(0, Math.Min(count, Special.Length)).CopyTo(values);
        return values;
    }

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void To_bf16_and_back(string name)
    {
        var device = TestDevices.Get(name);
        foreach (int count in Counts)
        {
            float[] host = Numbers(count);
            using var source = Fenced.Input(device, host);
            using var rounded = Fenced.OutputBf16(device, count);
            using var widened = Fenced.Output(device, count);
            var conversion = new Conversion.Conversion(device);
            conversion.ToBf16(source, count, rounded);
            conversion.ToFp32(rounded, count, widened);
            Budget.CheckSameBits(ConversionReference.ToBf16(host.ToDoubles()).Value.ToFloats(), rounded.ReadFloats());
            Budget.CheckSameBits(host.ToBf16(), widened.Read());
        }
    }

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void No_number_stays_none(string name)
    {
        var device = TestDevices.Get(name);
        using var source = Fenced.Input(device, Enumerable.Repeat(BitConverter.UInt32BitsToSingle(0x7F80_0001), 9).ToArray());
        using var rounded = Fenced.InputBf16(device, new float[9]);
        new Conversion.Conversion(device).ToBf16(source, 9, rounded);
        Assert.All(rounded.ReadFloats(), value => Assert.True(float.IsNaN(value)));
    }

    [Fact]
    public void The_hosts_rounding_is_the_oracles()
    {
        float[] values = Numbers(5_000);
        Budget.CheckSameBits(ConversionReference.ToBf16(values.ToDoubles()).Value.ToFloats(), values.ToBf16());
        Assert.True(float.IsNaN(BFloat16.FromSingle(BitConverter.UInt32BitsToSingle(0x7F80_0001)).ToSingle()));
    }

    [Fact]
    public void Sabotage_cut_off_bits_are_outside_the_budget_of_bf16()
    {
        float[] values = new TestRandom().Normal(1000);
        var oracle = new Oracle(values.ToDoubles(), values.ToDoubles());
        Budget.CheckBf16(values.ToBf16(), oracle, terms: 0);
        float[] cut = Array.ConvertAll(values, value => new BFloat16((ushort)(BitConverter.SingleToUInt32Bits(value) >> 16)).ToSingle());
        Assert.Throws<FailException>(() => Budget.CheckBf16(cut, oracle, terms: 0));
    }

    [Fact]
    public void A_device_without_bf16_is_refused()
    {
        var message = Assert.Throws<ArgumentException>(() => new Conversion.Conversion(TestDevices.Get("cpu"))).Message;
        Assert.Contains("8.0", message, StringComparison.Ordinal);
    }
}
