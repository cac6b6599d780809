using GpuLm.Evaluation;
using Xunit;

namespace GpuLm.Tests.Evaluation;

public sealed class IntervalTests
{
    /// <summary>
    /// The classical examples of Newcombe, "Two-sided confidence intervals for the single proportion", 1998, table I, method 3.
    /// </summary>
    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0.0000, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void Wilsons_interval_is_the_published_one(int successes, int trials, double low, double high)
    {
        var interval = Interval.OfShare(successes, trials);
        Assert.Equal(low, interval.Low, 5e-5);
        Assert.Equal(high, interval.High, 5e-5);
    }

    [Fact]
    public void Units_of_equal_length_give_Students_interval_of_their_mean()
    {
        // Mean 3, standard deviation sqrt(2.5), t of 4 degrees of freedom 2.776.
        var interval = Interval.OfMean([(10, 10), (20, 10), (30, 10), (40, 10), (50, 10)])!.Value;
        double half = 2.7764451 * Math.Sqrt(2.5 / 5);
        Assert.Equal(3 - half, interval.Low, 1e-6);
        Assert.Equal(3 + half, interval.High, 1e-6);
        Assert.Null(Interval.OfMean([(10, 10)]));
    }

    [Fact]
    public void The_interval_holds_the_true_mean_in_about_95_of_100_samples()
    {
        var random = new Random(1);
        int held = 0;
        for (int sample = 0; sample < 1000; sample++)
        {
            var units = Enumerable.Range(0, 40).Select(_ =>
            {
                int tokens = random.Next(1, 100);
                return (Loss: Enumerable.Range(0, tokens).Sum(_ => random.NextDouble() * 2), Tokens: (long)tokens);
            }).ToList();
            var interval = Interval.OfMean(units)!.Value;
            if (interval.Low <= 1 && interval.High >= 1) held++;
        }
        Assert.InRange(held, 925, 970);
    }
}
