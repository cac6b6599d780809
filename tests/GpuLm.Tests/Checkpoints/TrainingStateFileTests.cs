using GpuLm.Checkpoints;
using GpuLm.Training;
using Xunit;

namespace GpuLm.Tests.Checkpoints;

public sealed class TrainingStateFileTests
{
    static readonly TrainingState State = new()
    {
        Step = 7, Updates = 6, Tokens = 7 * 64, Seconds = 1.0 / 3, BestLoss = 0.1f, BestStep = 5, NextBatch = "0123456789abcdef",
        Judge = new(1, 0, [2.5, 1.0 / 3], [1, 0.1f]),
    };

    [Fact]
    public void What_was_written_is_read_back()
    {
        using var folder = new TemporaryFolder();
        TrainingStateFile.Write(folder.Path, State);
        Assert.Equivalent(State, TrainingStateFile.Read(folder.Path), strict: true);
        Assert.Contains("\"next_batch\": \"0123456789abcdef\"", File.ReadAllText(folder[TrainingStateFile.Name]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"step\": 7", "\"step\": -7", "out of range")]
    [InlineData("\"step\": 7", "\"step\": \"x\"", "step")]
    [InlineData("\"step\": 7,", "", "step")]
    [InlineData("\"updates\": 6", "\"updates\": 8", "out of range")]
    [InlineData("\"step\": 7", "\"step\": 7, \"step\": 8", "step")]
    [InlineData("\"format_version\": 1", "\"format_version\": 2", "its version is 2, and this program reads 1")]
    [InlineData("\"seconds\"", "\"secnods\"", "secnods")]
    [InlineData("{", "", "no state of a run")]
    public void A_damaged_file_is_an_error_that_names_it(string old, string replacement, string reason)
    {
        using var folder = new TemporaryFolder();
        TrainingStateFile.Write(folder.Path, State);
        string path = folder[TrainingStateFile.Name], text = File.ReadAllText(path);
        Assert.Contains(old, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(old, replacement, StringComparison.Ordinal));
        string message = Assert.Throws<GpuLmException>(() => TrainingStateFile.Read(folder.Path)).Message;
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.Contains(path, message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_steps_are_judged_by_is_read_back()
    {
        using var folder = new TemporaryFolder();
        TrainingStateFile.Write(folder.Path, State with { Judge = new StepJudgeState(1, 1, [1 / 3.0, 2], [0.1f]) });
        var judge = TrainingStateFile.Read(folder.Path).Judge!;
        Assert.Equal((1, 1), (judge.Skipped, judge.InARow));
        Assert.Equal([1 / 3.0, 2], judge.Losses);
        Assert.Equal([0.1f], judge.Norms);
    }

    [Fact]
    public void A_model_that_is_no_checkpoint_is_told_apart()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains(
            "--init-from", Assert.Throws<GpuLmException>(() => TrainingStateFile.Read(folder.Path)).Message, StringComparison.Ordinal);
    }
}
