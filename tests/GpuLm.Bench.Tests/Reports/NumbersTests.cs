using GpuLm.Bench.Reports;
using Xunit;

namespace GpuLm.Bench.Tests.Reports;

public class NumbersTests
{
    [Theory]
    [InlineData(2e-9, "2.00 ns")]
    [InlineData(12.345e-6, "12.3 us")]
    [InlineData(0.9996, "1.00 s")]
    [InlineData(90, "90.0 s")]
    [InlineData(7200, "2.00 h")]
    [InlineData(86400 * 29.2, "29.2 days")]
    [InlineData(86400 * 365.25 * 5, "5.00 years")]
    [InlineData(double.NaN, "-")]
    public void Times(double seconds, string text) => Assert.Equal(text, Numbers.Time(seconds));

    [Theory]
    [InlineData(480e9, "480 GFLOP/s")]
    [InlineData(999.6e9, "1.00 TFLOP/s")]
    [InlineData(12, "12.0 FLOP/s")]
    [InlineData(double.PositiveInfinity, "-")]
    public void Scaled_values(double value, string text) => Assert.Equal(text, Numbers.Scaled(value, "FLOP/s"));

    [Theory]
    [InlineData(0.684, "$0.68")]
    [InlineData(33600.0, "$33,600")]
    [InlineData(null, "-")]
    public void Prices(double? dollars, string text) => Assert.Equal(text, Numbers.Dollars(dollars));

    [Theory]
    [InlineData("memory, bytes", 1.9e9, "memory", "1.90 GB")]
    [InlineData("energy, joules", 1500, "energy", "1.50 kJ")]
    [InlineData("MFU", 0.384, "MFU", "38.4 %")]
    [InlineData("clock, MHz", 1980, "clock, MHz", "1980")]
    [InlineData("tokens per joule", 2.5, "tokens per joule", "2.50")]
    public void Figures(string name, double value, string heading, string text) =>
        Assert.Equal((heading, text), Numbers.Figure(name, value));
}
