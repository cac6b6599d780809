using System.Text.Json;
using GpuLm.Training;
using Xunit;

namespace GpuLm.Tests.Training.Faults;

public sealed class OutlierDetectorTests
{
    /// <summary>A detector with a full window of numbers of mean 10 and deviation 1.</summary>
    static OutlierDetector Full(double threshold = 4) =>
        new(threshold, Enumerable.Range(0, OutlierDetector.Window).Select(i => i % 2 == 0 ? 9.0 : 11.0));

    [Fact]
    public void Nothing_is_an_outlier_before_the_window_is_full()
    {
        var detector = new OutlierDetector(1);
        for (int i = 0; i < OutlierDetector.Window; i++) Assert.False(detector.Add(i == 100 ? 1e6 : 1));
        Assert.True(detector.Add(1e6));
    }

    [Theory]
    [InlineData(13.9, false)]
    [InlineData(14.1, true)]
    [InlineData(-100, false)]
    public void Only_what_lies_far_above_the_mean_is_an_outlier(double value, bool outlier) =>
        Assert.Equal(outlier, Full().Add(value));

    /// <summary>A mean and deviation of numbers that have no round ones, by another way.</summary>
    [Fact]
    public void The_limit_is_the_mean_and_so_many_deviations()
    {
        var random = new Random(1);
        double[] values = [.. Enumerable.Range(0, OutlierDetector.Window).Select(_ => random.NextDouble())];
        double mean = values.Sum() / values.Length, variance = values.Sum(value => value * value) / values.Length - mean * mean;
        double limit = mean + 3 * Math.Sqrt(variance);
        Assert.False(new OutlierDetector(3, values).Add(limit - 1e-9));
        Assert.True(new OutlierDetector(3, values).Add(limit + 1e-9));
        Assert.False(new OutlierDetector(3.1, values).Add(limit + 1e-9));
    }

    [Fact]
    public void A_huge_outlier_does_not_hide_the_next()
    {
        var detector = Full();
        Assert.True(detector.Add(1e9));
        Assert.True(detector.Add(20));
    }

    [Fact]
    public void A_level_that_has_risen_for_good_is_accepted_after_some_steps()
    {
        var detector = Full();
        int skipped = Enumerable.Range(0, 200).Count(_ => detector.Add(20));
        Assert.InRange(skipped, 1, 100);
        Assert.False(detector.Add(20));
    }

    [Fact]
    public void Equal_numbers_do_not_make_the_next_float_an_outlier()
    {
        var detector = new OutlierDetector(4, Enumerable.Repeat(3.0, OutlierDetector.Window));
        Assert.False(detector.Add(MathF.BitIncrement(3f)));
        Assert.True(detector.Add(3.1));
    }

    [Fact]
    public void A_detector_that_goes_on_decides_as_one_that_never_stopped()
    {
        var random = new Random(2);
        OutlierDetector whole = new(2), resumed = new(2);
        for (int i = 0; i < 1000; i++)
        {
            double value = random.NextDouble();
            if (i % 100 == 50)
            {
                string state = JsonSerializer.Serialize(resumed.Values);
                resumed = new OutlierDetector(2, JsonSerializer.Deserialize<double[]>(state));
            }
            Assert.Equal(whole.Add(value), resumed.Add(value));
        }
        // Sabotage: one that lost its window decides otherwise.
        Assert.True(whole.Add(10));
        Assert.False(new OutlierDetector(2).Add(10));
    }

    [Fact]
    public void A_judge_goes_on_from_its_state_in_JSON()
    {
        var judge = new StepJudge(3);
        for (int i = 0; i < 200; i++) judge.Judge(1 + i % 7, 2 + i % 5);
        judge.Judge(float.NaN, 1);
        judge.Judge(1, float.PositiveInfinity);
        var state = JsonSerializer.Deserialize<StepJudgeState>(JsonSerializer.Serialize(judge.State))!;
        var resumed = new StepJudge(3, state);
        Assert.Equal((2, 2), (resumed.Skipped, resumed.InARow));
        Assert.Equal(StepFault.LossOutlier, judge.Judge(100, 100));
        Assert.Equal(StepFault.LossOutlier, resumed.Judge(100, 100));
        Assert.Equal(StepFault.GradientOutlier, resumed.Judge(1, 100));
        Assert.Null(resumed.Judge(1, 2));
        Assert.Equal((4, 0), (resumed.Skipped, resumed.InARow));
    }
}
