using GpuLm.Cli;
using GpuLm.Cli.Training;
using GpuLm.Training;
using Xunit;

namespace GpuLm.Tests.Cli;

public sealed class DisplayTests
{
    static readonly TrainingOptions Options = new() { Steps = 1200 };

    static StepReport Step(int step, double seconds, float? validation = null) =>
        new(step, step * 100L, seconds, 2.5f, validation, validation / 0.7, 1e-3f, 1, 12345.6, 0.25);

    [Fact]
    public void Plain_lines_show_the_first_step_every_validation_and_a_line_every_few_seconds()
    {
        using var output = new StringWriter { NewLine = "\n" };
        var display = new PlainDisplay(output, Options);
        display.OnStep(Step(1, 1));
        display.OnStep(Step(2, 2));
        display.OnStep(Step(3, 3, validation: 2.4f));
        display.OnStep(Step(4, 4));
        display.OnStep(Step(12, 12));
        display.OnSample(new TrainingSample(12, "A cat", 1, " [sat].\nA dog."));
        Assert.Equal(
            """
            step 1 of 1,200  loss 2.5000  12,346 tokens/s  25.0 % of peak
            step 3 of 1,200  loss 2.5000  validation 2.4000 (3.4286 bits per byte)  12,346 tokens/s  25.0 % of peak  19:57 left
            step 12 of 1,200  loss 2.5000  12,346 tokens/s  25.0 % of peak  19:48 left
            sample: A cat [sat].
                    A dog.

            """,
            output.ToString());
    }

    [Fact]
    public void Lines_that_nobody_can_take_end_no_run()
    {
        using var output = new StreamWriter(new FullStream());
        var display = new PlainDisplay(output, Options);
        display.OnStep(Step(1, 1));
        display.OnMessage("Saved step 1.");
        display.OnSample(new TrainingSample(1, "A cat", 1, " sat."));
    }

    /// <summary>A file whose disk is full.</summary>
    sealed class FullStream : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => throw new IOException("No space left on device.");

        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("No space left on device.");
    }

    [Fact]
    public void A_step_that_was_not_applied_is_a_line_of_its_own()
    {
        using var output = new StringWriter { NewLine = "\n" };
        var display = new PlainDisplay(output, Options);
        display.OnStep(Step(1, 1));
        display.OnStep(Step(2, 2) with { Fault = StepFault.LossOutlier, Skipped = 3 });
        Assert.EndsWith(
            "step 2 of 1,200 was not applied: its loss is an outlier (3 so far were not applied)\n", output.ToString(),
            StringComparison.Ordinal);
        using var panel = new StringWriter();
        var progress = new RunProgress(Options);
        progress.Add(Step(2, 2) with { Skipped = 3 });
        new Terminal(panel, panel, IsInteractive: false).Rich().Write(LivePanel.Render(progress, "", ""));
        Assert.Contains("steps not applied", panel.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_panel_shows_what_the_issue_of_a_run_is()
    {
        using var output = new StringWriter();
        var console = new Terminal(output, output, IsInteractive: false).Rich();
        var progress = new RunProgress(Options);
        progress.Add(Step(1, 1, validation: 2.4f));
        progress.Add(Step(300, 300));
        console.Write(LivePanel.Render(progress, "A [markup] cat.", "Saved."));
        string[] expected =
            ["step", "300 of 1,200", "loss", "2.5000", "validation loss", "2.4000", "3.4286",
                "tokens/s", "12,346", "25.0 %", "15:00", "25 %", "A [markup] cat.", "Saved."];
        foreach (string text in expected) Assert.Contains(text, output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_panel_can_be_drawn_before_the_first_step()
    {
        using var output = new StringWriter();
        new Terminal(output, output, IsInteractive: false).Rich().Write(LivePanel.Render(new RunProgress(Options), "", ""));
        Assert.Contains("0 %", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_shown_speed_is_a_moving_average_that_leaves_the_first_step_out()
    {
        var progress = new RunProgress(Options);
        progress.Add(Step(1, 1) with { TokensPerSecond = 1 });
        progress.Add(Step(2, 2) with { TokensPerSecond = 1000, FlopsUtilization = 0.5 });
        Assert.Equal(("1,000", "50.0 %"), (progress.SpeedText, progress.PeakText));
        progress.Add(Step(3, 3) with { TokensPerSecond = 500, FlopsUtilization = 0.25 });
        Assert.Equal(("952", "47.6 %"), (progress.SpeedText, progress.PeakText));
    }

    [Fact]
    public void A_timed_run_ends_by_the_clock()
    {
        var progress = new RunProgress(new TrainingOptions { Steps = int.MaxValue, Duration = TimeSpan.FromMinutes(2) });
        progress.Add(Step(10, 30));
        Assert.Equal(0.25, progress.Done);
        Assert.Equal("1:30", progress.LeftText);
        Assert.Equal("10", progress.StepText);
    }

    [Theory]
    [InlineData(0.2, "0:00")]
    [InlineData(65, "1:05")]
    [InlineData(3725, "1:02:05")]
    public void Times_are_short(double seconds, string text) => Assert.Equal(text, RunProgress.Time(TimeSpan.FromSeconds(seconds)));
}
