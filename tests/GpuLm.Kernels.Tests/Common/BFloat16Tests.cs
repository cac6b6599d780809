using GpuLm.Kernels.Common;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Kernels.Tests.Common;

public class BFloat16Tests
{
    [Fact]
    public void Every_number_survives_the_way_to_fp32_and_back()
    {
        for (int bits = 0; bits <= ushort.MaxValue; bits++)
        {
            var number = new BFloat16((ushort)bits);
            var back = BFloat16.FromSingle(number.ToSingle());
            if (float.IsNaN(number.ToSingle())) Assert.True(float.IsNaN(back.ToSingle()));
            else Assert.Equal(number.Bits, back.Bits);
        }
    }

    [Fact]
    public void Rounding_takes_the_nearest_number()
    {
        foreach (float value in new TestRandom().WithOutliers(10_000))
        {
            float rounded = BFloat16.FromSingle(value).ToSingle();
            Assert.True(Math.Abs((double)rounded - value) <= Math.Abs(value) * BFloat16.UnitRoundoff, $"{value:g9} became {rounded:g9}");
        }
    }

    [Theory]
    [InlineData(0x3F80_8000u, 0x3F80)]   // half-way between 1 and its successor: 1 has the even fraction
    [InlineData(0x3F81_8000u, 0x3F82)]   // half-way, the lower neighbour is odd
    [InlineData(0x3F80_8001u, 0x3F81)]   // a little more than half-way
    [InlineData(0x7F7F_FFFFu, 0x7F80)]   // the largest fp32 number rounds to infinity
    [InlineData(0xFF80_0000u, 0xFF80)]   // minus infinity stays
    [InlineData(0x7F80_0001u, 0x7FC0)]   // a NaN whose upper half looks like infinity stays a NaN
    [InlineData(0x8000_0000u, 0x8000)]   // minus zero stays
    public void Ties_infinities_and_NaN_are_right(uint bits, ushort expected) =>
        Assert.Equal(expected, BFloat16.FromSingle(BitConverter.UInt32BitsToSingle(bits)).Bits);
}
