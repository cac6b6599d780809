using GpuLm.Training;
using Xunit;

namespace GpuLm.Tests.Training;

public class LearningRateScheduleTests
{
    static readonly TrainingOptions Options =
        new() { Steps = 1100, Warmup = 100, LearningRate = 1e-3f, FinalLearningRateRatio = 0.1f, Schedule = Schedule.Cosine };

    static float AtStep(TrainingOptions options, int step) => LearningRateSchedule.At(options, step, (double)step / options.Steps);

    [Theory, InlineData(Schedule.Cosine), InlineData(Schedule.WarmupStableDecay), InlineData(Schedule.Constant)]
    public void The_warm_up_is_linear_and_ends_at_the_peak(Schedule schedule)
    {
        var options = Options with { Schedule = schedule };
        Assert.Equal(1e-5, AtStep(options, 0), 1e-10);
        Assert.Equal(5e-4, AtStep(options, 49), 1e-10);
        Assert.Equal(1e-3, AtStep(options, 99), 1e-10);
        Assert.Equal(1e-3, AtStep(options, 100), 1e-10);
    }

    [Theory]
    [InlineData(100, 1e-3), InlineData(350, 8.681981e-4), InlineData(600, 5.5e-4), InlineData(850, 2.318019e-4), InlineData(1100, 1e-4)]
    public void The_cosine_goes_from_the_peak_to_its_ratio_after_the_warm_up(int step, double expected) =>
        Assert.Equal(expected, AtStep(Options, step), 1e-9);

    [Theory, InlineData(500, 1e-3), InlineData(879, 1e-3), InlineData(880, 1e-3), InlineData(990, 5.5e-4), InlineData(1100, 1e-4)]
    public void WSD_falls_linearly_over_the_last_fifth(int step, double expected) =>
        Assert.Equal(expected, AtStep(Options with { Schedule = Schedule.WarmupStableDecay }, step), 1e-9);

    [Fact]
    public void Constant_stays_at_the_peak()
    {
        for (int step = 100; step <= 1100; step += 50) Assert.Equal(1e-3f, AtStep(Options with { Schedule = Schedule.Constant }, step));
    }

    [Fact]
    public void By_the_clock_the_warm_up_counts_steps_and_the_rest_follows_the_time()
    {
        var options = Options with { Duration = TimeSpan.FromMinutes(2) };
        Assert.Equal(5e-4, LearningRateSchedule.At(options, 49, 0), 1e-9);
        Assert.Equal(5.5e-4, LearningRateSchedule.At(options, 5000, 0.5), 1e-9);
        Assert.Equal(1e-4, LearningRateSchedule.At(options, 5000, 1), 1e-9);
        Assert.Equal(1e-3, LearningRateSchedule.At(options with { Schedule = Schedule.WarmupStableDecay }, 5000, 0.8), 1e-9);
    }

    [Theory, InlineData(Schedule.Cosine), InlineData(Schedule.WarmupStableDecay), InlineData(Schedule.Constant)]
    public void It_never_rises_after_the_warm_up_nor_jumps(Schedule schedule)
    {
        foreach (var duration in (TimeSpan?[])[null, TimeSpan.FromHours(1)])
        {
            var options = Options with { Schedule = schedule, Duration = duration };
            for (int step = 1; step <= 1100; step++)
            {
                float before = AtStep(options, step - 1), now = AtStep(options, step);
                if (step > 100) Assert.True(now <= before, $"{schedule} rises at {step}");
                Assert.True(Math.Abs(now - before) < 1.1e-5, $"{schedule} jumps at {step}: {before} to {now}");
            }
        }
    }

    [Fact]
    public void No_warm_up_starts_at_the_peak_and_one_longer_than_the_run_only_warms_up()
    {
        Assert.Equal(1e-3f, AtStep(Options with { Warmup = 0 }, 0));
        Assert.Equal(5e-4, AtStep(Options with { Warmup = 2200 }, 1099), 1e-9);
    }
}
