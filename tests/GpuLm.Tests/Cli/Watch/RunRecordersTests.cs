using GpuLm.Cli.Training;
using GpuLm.Cli.Training.Arguments;
using GpuLm.Training;
using Xunit;

namespace GpuLm.Tests.Cli.Watch;

/// <summary>A run's files and page before and after it was resumed.</summary>
public sealed class RunRecordersTests
{
    static readonly WatchSettings NoPage = new(250, [], 400, null, null), WithPage = NoPage with { Dashboard = 0 };

    static void Take(RunRecorders recorders, int first, int last)
    {
        for (int step = first; step <= last; step++)
        {
            recorders.With().OnStep(DashboardExample.Report(step));
            if (step % 50 == 0) recorders.With().OnSample(new TrainingSample(step, "The", 1, " cat."));
        }
    }

    [Fact]
    public void A_resumed_run_leaves_the_files_of_an_uninterrupted_one()
    {
        using TemporaryFolder whole = new(), resumed = new();
        using (var recorders = new RunRecorders(NoPage))
        {
            recorders.Open(whole.Path, stepsDone: 0);
            Take(recorders, 1, 200);
        }
        using (var recorders = new RunRecorders(NoPage))
        {
            recorders.Open(resumed.Path, stepsDone: 0);
            Take(recorders, 1, 170);
        }
        File.AppendAllText(resumed["metrics.jsonl"], "{\"step\":171,\"lo");
        using (var recorders = new RunRecorders(NoPage))
        {
            recorders.Open(resumed.Path, stepsDone: 120);
            Take(recorders, 121, 200);
        }
        foreach (string name in (string[])["metrics.jsonl", "samples.jsonl"])
        {
            Assert.Equal(File.ReadAllText(whole[name]), File.ReadAllText(resumed[name]));
        }
    }

    [Fact]
    public void The_page_of_a_resumed_run_shows_what_came_before()
    {
        using var folder = new TemporaryFolder();
        using (var recorders = new RunRecorders(NoPage))
        {
            recorders.Open(folder.Path, stepsDone: 0);
            Take(recorders, 1, 100);
        }
        using var again = new RunRecorders(WithPage);
        again.Open(folder.Path, stepsDone: 60);
        Take(again, 61, 62);
        var state = again.Dashboard!.State(0, 0, 0);
        Assert.Equal(Enumerable.Range(1, 62), state.Points.Step);
        Assert.Equal(DashboardExample.Loss(50), state.Points.Loss[49]);
        Assert.Equal(DashboardExample.Report(50).ValidationLoss, state.Points.ValidationLoss[49]);
        Assert.Equal("The cat.", Assert.Single(state.Samples).Text);
    }

    [Fact]
    public void What_was_not_finite_is_remembered_as_that()
    {
        using var folder = new TemporaryFolder();
        using (var metrics = new MetricsFile(folder.Path))
        {
            metrics.OnStep(new StepReport(1, 10, 0.5, float.NaN, null, null, 1e-3f, float.PositiveInfinity, 20, double.NaN));
        }
        Assert.Equal(
            new StepReport(1, 10, 0.5, float.NaN, null, null, 1e-3f, float.NaN, 20, double.NaN),
            Assert.Single(RunRecord.Steps(folder.Path)));
    }

    [Theory]
    [InlineData("{\"step\":1,\"prompt\":5,\"seed\":1,\"text\":\"a\"}")]
    [InlineData("{\"step\":1,\"prompt\":\"a\",\"seed\":1,\"text\":null}")]
    [InlineData("{\"step\":1}")]
    [InlineData("null")]
    public void A_line_that_no_run_wrote_is_named(string line)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["samples.jsonl"], line + "\n");
        var error = Assert.Throws<InvalidDataException>(() => RunRecord.Samples(folder.Path).ToList());
        Assert.Contains($"Line 1 of '{folder["samples.jsonl"]}'", error.Message, StringComparison.Ordinal);
    }
}
