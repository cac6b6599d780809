using GpuLm.Cli.Training.Dashboard;
using GpuLm.Training;
using Xunit;

namespace GpuLm.Tests.Cli.Watch;

/// <summary>Points of a long run: few, and true to the steps that they stand for.</summary>
public sealed class RunHistoryTests
{
    const int Steps = 1_000_000, Capacity = 64;

    static StepReport Report(int step) => new(
        step, step, step, step % 100, step % 1000 == 0 ? step : null, null, 1f / step, step == 777_777 ? 1e6f : 1,
        step % 2 == 0 ? 100 : 300, step % 2 == 0 ? 0.1 : 0.3);

    static RunHistory Long()
    {
        var history = new RunHistory(Capacity);
        for (int step = 1; step <= Steps; step++) history.Add(Report(step));
        return history;
    }

    [Fact]
    public void A_short_run_keeps_every_step()
    {
        var history = new RunHistory(Capacity);
        for (int step = 1; step < Capacity; step++) history.Add(Report(step));
        Assert.Equal(1, history.Stride);
        Assert.Equal(Enumerable.Range(1, Capacity - 1), history.After(0, 0).Select(point => point.Step));
        Assert.Equal(Enumerable.Range(1, Capacity - 1).Select(step => (double?)step), history.After(0, 0).Select(point => point.Loss));
    }

    [Fact]
    public void A_run_of_a_million_steps_keeps_few_points_and_true_figures()
    {
        var history = Long();
        var points = history.After(0, 0);
        Assert.InRange(points.Length, Capacity / 4, Capacity - 1);
        Assert.Equal(Steps / history.Stride, points.Length);
        Assert.All(points.Index(), point => Assert.Equal((point.Index + 1) * history.Stride, point.Item.Step));
        for (int i = 0; i < points.Length; i++)
        {
            int last = points[i].Step, first = last - history.Stride + 1;
            double mean = Enumerable.Range(first, history.Stride).Average(step => (double)(step % 100));
            Assert.Equal(mean, points[i].Loss!.Value, 1e-9);
            Assert.Equal(99, points[i].HighestLoss);
            Assert.Equal(last - last % 1000, points[i].ValidationLoss);
            Assert.Equal(1.0 / last, points[i].LearningRate, 1e-9);
            // Half of the steps at 100 and half at 300 tokens a second take as long as all of them at 150.
            Assert.Equal(150, points[i].TokensPerSecond, 1e-6);
            Assert.Equal(0.15, points[i].Utilization!.Value, 1e-9);
        }
        Assert.Equal(1e6, points.Max(point => point.HighestGradientNorm));
    }

    [Fact]
    public void A_reader_gets_what_it_lacks_and_everything_after_the_points_were_joined()
    {
        var history = new RunHistory(Capacity);
        for (int step = 1; step <= 10; step++) history.Add(Report(step));
        Assert.Equal([9, 10], history.After(1, 8).Select(point => point.Step));
        for (int step = 11; step <= Capacity + 1; step++) history.Add(Report(step));
        Assert.Equal(2, history.Stride);
        Assert.Equal(Enumerable.Range(1, Capacity / 2).Select(i => 2 * i), history.After(1, 60).Select(point => point.Step));
        Assert.Equal([62, 64], history.After(2, 60).Select(point => point.Step));
    }

    [Fact]
    public void Steps_without_a_finite_loss_do_not_spoil_a_mean()
    {
        var history = new RunHistory(2);
        history.Add(Report(1) with { Loss = float.NaN, GradientNorm = float.PositiveInfinity, FlopsUtilization = double.NaN });
        history.Add(Report(2));
        var point = Assert.Single(history.After(0, 0));
        Assert.Equal((2, 2, 1, null), (point.Loss, point.HighestLoss, point.HighestGradientNorm, point.Utilization));
        var columns = PointColumns.Of([new HistoryPoint(Report(3) with { Loss = float.NaN, LearningRate = float.NaN })]);
        Assert.Equal((null, null, 1f), (columns.Loss[0], columns.LearningRate[0], columns.GradientNorm[0]));
    }
}
