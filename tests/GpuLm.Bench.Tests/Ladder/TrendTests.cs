using System.Globalization;
using GpuLm.Bench.Ladder;
using Xunit;

namespace GpuLm.Bench.Tests.Ladder;

public class TrendTests
{
    /// <summary>Devices whose bandwidth doubles in a time, up to a seeded relative error.</summary>
    static AcceleratorTable Doubling(double years, double error, int seed)
    {
        var random = new Random(seed);
        var accelerators = Enumerable.Range(0, 30).Select(i =>
        {
            var available = new Availability(string.Create(CultureInfo.InvariantCulture, $"{2010 + i / 2}-{1 + 6 * (i % 2):00}"), "a");
            double value = 1e11 * Math.Pow(2, (available.Year - 2010) / years) * Math.Exp(error * (2 * random.NextDouble() - 1));
            return new Accelerator
            {
                Name = $"device {i}", Vendor = "v", Kind = i % 3 == 0 ? "tpu" : "gpu", Available = available,
                Bandwidth = new Figure(value, "a"), Prices = [],
            };
        });
        return new AcceleratorTable("", new Dictionary<string, DataSource> { ["a"] = new("t", "https://example.org") }, [.. accelerators]);
    }

    static Trend Bandwidth(AcceleratorTable table) => Trend.Of(table).Single(trend => trend.What == "memory bandwidth");

    [Fact]
    public void A_known_doubling_time_is_recovered()
    {
        Assert.Equal(2.3, Bandwidth(Doubling(2.3, 0, 1)).Fit.DoublingTime.Value, 1e-6);
        int held = Enumerable.Range(0, 100).Count(seed => Bandwidth(Doubling(2.3, 0.8, seed)).Fit.DoublingTime.Holds(2.3));
        Assert.InRange(held, 88, 100);
    }

    [Fact]
    public void Sabotage_another_doubling_time_is_outside_the_interval() =>
        Assert.False(Bandwidth(Doubling(4.6, 0.2, 1)).Fit.DoublingTime.Holds(2.3));

    [Fact]
    public void Few_devices_make_no_trend_and_processors_do_not_count()
    {
        var table = Doubling(2, 0, 1);
        Assert.Empty(Trend.Of(table with { Accelerators = [.. table.Accelerators.Take(2)] }));
        Assert.Empty(Trend.Of(table with { Accelerators = [.. table.Accelerators.Select(one => one with { Kind = "cpu" })] }));
    }

    [Fact]
    public void The_published_figures_grow_within_what_others_found()
    {
        // Epoch AI finds a doubling in 2.8 years for both 16-bit and 32-bit peaks (https://epoch.ai/data/machine-learning-hardware).
        foreach (var trend in Trend.Of(AcceleratorTable.Default).Where(trend => trend.Unit != "FLOP/s/$"))
        {
            Assert.InRange(trend.Fit.DoublingTime.Value, 1.5, 5);
        }
    }
}
