using GpuLm.Cli;
using GpuLm.Cli.Training;
using Xunit;

namespace GpuLm.Tests.Cli.Config;

/// <summary>A run that goes on has the settings that it had, but for what the command line says.</summary>
public sealed class ResumeConfigTests
{
    static void Train(TemporaryFolder folder)
    {
        File.WriteAllText(folder["text.txt"], string.Concat(Enumerable.Repeat("The cat sat on the mat. ", 200)));
        var run = CliRun.Of(
            "train", "--text", folder["text.txt"], "--layers", "1", "--heads", "2", "--channels", "16", "--context", "16", "--batch", "4",
            "--device", "cpu", "--measure-peaks", "off", "--steps", "2", "--out", folder["run"]);
        Assert.Equal((CommandLine.Success, ""), (run.ExitCode, run.Error));
    }

    [Fact]
    public void Only_what_changed_is_said_and_saved()
    {
        using var folder = new TemporaryFolder();
        Train(folder);
        var run = CliRun.Of("train", "--resume", folder["run"], "--steps", "3", "--sample-every", "7");
        Assert.Equal((CommandLine.Success, ""), (run.ExitCode, run.Error));
        string[] changes = [.. run.Out.Split(Environment.NewLine).Where(line => line.StartsWith("changed", StringComparison.Ordinal))];
        Assert.Equal(
            [
                "changed  steps is 3, and was 2: from here on the learning rate follows the new end",
                "changed  sample_every is 7, and was 250: what the run learns stays the same",
            ],
            changes);
        string saved = File.ReadAllText(folder[$"run/{TrainConfig.FileName}"]);
        Assert.Contains("\"steps\": 3,", saved, StringComparison.Ordinal);
        Assert.Contains("\"channels\": 16,", saved, StringComparison.Ordinal);
        Assert.Equal(saved, File.ReadAllText(folder[$"run/checkpoint-3/{TrainConfig.FileName}"]));
        Assert.Contains("\"steps\": 2,", File.ReadAllText(folder[$"run/checkpoint-2/{TrainConfig.FileName}"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_goes_before_the_runs_own_settings_and_the_command_line_before_the_file()
    {
        using var folder = new TemporaryFolder();
        Train(folder);
        using var file = new ConfigFile("""{ "seed": 5, "minutes": 3, "clip": 0.5 }""");
        var run = CliRun.Of("train", "--resume", folder["run"], "--config", file.Path, "--seed", "6", "--print-config");
        Assert.Equal("", run.Error);
        string[] expected = ["\"seed\": 6,", "\"minutes\": 3,", "\"clip\": 0.5,", "\"batch\": 4,", "text.txt"];
        foreach (string line in expected) Assert.Contains(line, run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("\"steps\"", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_brings_its_shape_and_what_follows_from_it()
    {
        using var folder = new TemporaryFolder();
        Train(folder);
        var run = CliRun.Of("train", "--init-from", folder["run"], "--print-config");
        string[] expected = ["\"layers\": 1,", "\"channels\": 16,", "\"context\": 16,", "\"learning_rate\": 0.004,"];
        foreach (string line in expected) Assert.Contains(line, run.Out, StringComparison.Ordinal);
        var other = CliRun.Of("train", "--init-from", folder["run"], "--layers", "5");
        Assert.Equal(CommandLine.Failure, other.ExitCode);
        Assert.Contains("has 1 layer, 2 heads", other.Error, StringComparison.Ordinal);
    }
}
