using GpuLm.Checkpoints;
using GpuLm.Cli;
using GpuLm.Models;
using Xunit;

namespace GpuLm.Tests.Cli;

/// <summary>Ctrl-C and SIGTERM, given to a process of its own.</summary>
public sealed class InterruptionTests
{
    const string Small = "train --layers 1 --heads 2 --channels 16 --context 16 --batch 2 --minutes 10 --out ";

    /// <summary>A first step after which every loss is NaN.</summary>
    const string Broken = "--learning-rate 1e30 --clip 0 --warmup 0 --max-bad-steps 1000000 --save-every 2 ";

    /// <summary>Steps that take a second and more, so that a second signal comes within one.</summary>
    const string Slow =
        "train --layers 4 --heads 4 --channels 128 --context 128 --batch 16 --accumulate 32 --steps 100 --save-every 1 --out ";

    static GpulmProcess Train(string line, string folder)
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Windows has no signals that one process can send to another.");
        return new GpulmProcess([.. line.Trim().Split(' '), folder, "--device", "cpu", "--measure-peaks", "off"]);
    }

    static void CheckWhole(string run)
    {
        var (config, _) = ModelDirectory.Open(run);
        int parameters = 0;
        ModelDirectory.ReadParameters(run, new GptLayout(config), (_, _) => parameters++);
        Assert.Equal(new GptLayout(config).Slots.Count, parameters);
    }

    [Theory]
    [InlineData(GpulmProcess.Interrupt, CommandLine.Interrupted)]
    [InlineData(GpulmProcess.Terminate, CommandLine.Terminated)]
    public async Task The_first_signal_finishes_the_step_and_saves(int signal, int exitCode)
    {
        using var folder = new TemporaryFolder();
        using var train = Train(Small, folder["run"]);
        await train.ReadUntil("step ");
        train.Send(signal);
        var end = await train.End();
        Assert.Equal((exitCode, ""), (end.ExitCode, end.Error));
        Assert.Contains("Stopping after this step", end.Out, StringComparison.Ordinal);
        Assert.Contains($"gpulm train --resume {folder["run"]}", end.Out, StringComparison.Ordinal);
        CheckWhole(folder["run"]);
        // The checkpoint is of the last step that was recorded.
        int steps = File.ReadLines(folder["run/metrics.jsonl"]).Count();
        Assert.Equal(steps, TrainingStateFile.Read(CheckpointStore.FindLatest(folder["run"])!).Step);
    }

    [Fact]
    public async Task A_signal_within_steps_that_are_not_finite_saves_no_weights_at_fault()
    {
        using var folder = new TemporaryFolder();
        using var train = Train(Small.Replace("--out ", Broken + "--out ", StringComparison.Ordinal), folder["run"]);
        await train.ReadUntil("step 5 was not applied");
        train.Send(GpulmProcess.Interrupt);
        var end = await train.End();
        Assert.Equal((CommandLine.Interrupted, ""), (end.ExitCode, end.Error));
        Assert.Contains("is not saved: the model's loss on held-out text is NaN", end.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("Go on with", end.Out, StringComparison.Ordinal);
        Assert.Null(CheckpointStore.FindLatest(folder["run"]));
    }

    [Fact]
    public async Task A_second_signal_leaves_at_once_with_the_last_checkpoint_whole()
    {
        using var folder = new TemporaryFolder();
        using var train = Train(Slow, folder["run"]);
        await train.ReadUntil("Saved step 1");
        train.Send(GpulmProcess.Interrupt);
        await train.ReadUntil("Stopping after this step");
        train.Send(GpulmProcess.Terminate);
        var end = await train.End();
        Assert.Equal(CommandLine.Terminated, end.ExitCode);
        Assert.DoesNotContain("Saved", end.Out, StringComparison.Ordinal);
        CheckWhole(folder["run"]);
        Assert.Equal(1, TrainingStateFile.Read(CheckpointStore.FindLatest(folder["run"])!).Step);
    }
}
