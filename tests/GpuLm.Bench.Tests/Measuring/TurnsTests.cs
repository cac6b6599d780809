using GpuLm.Bench.Measuring;
using GpuLm.Devices;
using Xunit;

namespace GpuLm.Bench.Tests.Measuring;

public class TurnsTests
{
    [Fact]
    public void Calls_take_turns_after_each_was_warmed_up()
    {
        var order = new List<char>();
        var turns = new Turns
        {
            Rounds = 3, Block = TimeSpan.FromTicks(1), WarmUp = TimeSpan.Zero, BeforeBlock = i => order.Add(i == 0 ? '1' : '2'),
        };
        var samples = turns.Measure(() => order.Add('a'), () => order.Add('b'));
        Assert.Equal("ab1a2b1a2b1a2b", string.Concat(order));
        Assert.All(samples, sample => Assert.Equal(3, sample.Seconds.Count));
    }

    [Fact]
    public void A_call_that_is_too_short_for_the_clock_is_repeated_in_its_block()
    {
        int calls = 0;
        var turns = new Turns { Rounds = 2, Block = TimeSpan.FromMilliseconds(1), WarmUp = TimeSpan.FromMilliseconds(30) };
        var samples = turns.Measure(() => calls++);
        Assert.InRange(calls, 100, int.MaxValue);
        Assert.InRange(samples[0].Median, 0, 1e-4);
    }

    [Fact]
    public void Ratios_are_taken_round_by_round()
    {
        // The machine halves its speed in the second of three rounds.
        var slow = new Samples([2, 4, 2]);
        Assert.Equal(2, slow.Median);
        Assert.Equal(2, new Samples([1, 2, 1]).SpeedUpOver(slow));
        Assert.Throws<ArgumentException>(() => new Samples([1, 2]).SpeedUpOver(slow));
    }

    [Fact]
    public void A_cache_is_measured_once_a_size()
    {
        using var catalog = new DeviceCatalog();
        using var device = catalog.Open("cpu");
        var caches = new CacheBandwidth(device);
        double small = caches.Of(100);
        Assert.InRange(small, 1, double.MaxValue);
        Assert.Equal(small, caches.Of(16_000));
    }
}
