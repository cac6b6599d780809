using GpuLm.Cli;
using GpuLm.Cli.Training;
using Xunit;

namespace GpuLm.Tests.Cli.Config;

public sealed class TrainConfigTests
{
    static void CheckRefused(CliRun run, int exitCode, string message)
    {
        Assert.Equal(exitCode, run.ExitCode);
        Assert.StartsWith("error: ", run.Error, StringComparison.Ordinal);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Out);
    }

    [Theory, MemberData(nameof(ConfigExamples.Accepted), MemberType = typeof(ConfigExamples))]
    public void What_is_right_is_taken(string json)
    {
        using var file = new ConfigFile(json);
        Assert.Equal("", file.Print().Error);
    }

    [Theory, MemberData(nameof(ConfigExamples.Refused), MemberType = typeof(ConfigExamples))]
    public void What_is_wrong_is_named_with_its_file_and_key(string json, string message)
    {
        using var file = new ConfigFile(json);
        var run = file.Print();
        CheckRefused(run, CommandLine.Usage, message);
        Assert.Contains($"error: '{file.Path}'", run.Error, StringComparison.Ordinal);
    }

    /// <summary>What no schema can say: keys that contradict each other, keys that are there twice.</summary>
    [Theory]
    [InlineData("""{ "heads": 3, "channels": 64 }""", "3 heads do not divide 64 channels")]
    [InlineData("""{ "batch": 3, "total_batch": 10 }""", "--total-batch 10 is not a multiple of --batch 3")]
    [InlineData("""{ "steps": 1, "steps": 2 }""", "the key 'steps' is there twice")]
    [InlineData("""{ "text": "a\u0000b" }""", "'text' holds the character U+0000")]
    [InlineData("""{ "seed": 1e400 }""", "--seed takes a whole number")]
    public void Contradictions_are_refused(string json, string message)
    {
        using var file = new ConfigFile(json);
        CheckRefused(file.Print(), CommandLine.Usage, message);
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData(" \r\n", "it is empty")]
    [InlineData("[1]", "it holds a list, not an object")]
    [InlineData("null", "it holds null, not an object")]
    [InlineData("{ \"steps\": 3", "line 1, column 13")]
    [InlineData("{\n  steps: 3 }", "line 2, column 3")]
    [InlineData("{ \"text\": \"\\ud800\" }", "a lone surrogate")]
    [InlineData("{ \"text\": [\"a\", \"\\ud800\"] }", "a lone surrogate")]
    public void What_is_no_configuration_is_an_error_of_the_file(string text, string message)
    {
        using var file = new ConfigFile(text);
        CheckRefused(file.Print(), CommandLine.Failure, message);
    }

    [Fact]
    public void Binary_enormous_and_missing_files_are_refused()
    {
        using ConfigFile binary = new([0x7B, 0xFF, 0xFE, 0x00]), enormous = new("{" + new string(' ', 1 << 20) + "}");
        CheckRefused(binary.Print(), CommandLine.Failure, "it is not text in UTF-8");
        CheckRefused(enormous.Print(), CommandLine.Failure, "larger than 1048576 bytes");
        using var nested = new ConfigFile(string.Concat(Enumerable.Repeat("{\"a\":", 1000)));
        CheckRefused(nested.Print(), CommandLine.Failure, "line 1");
        CheckRefused(CliRun.Of("train", "--config", "/nowhere.json"), CommandLine.Failure, "There is no configuration '/nowhere.json'");
        CheckRefused(CliRun.Of("train", "--config", Path.GetTempPath()), CommandLine.Failure, "is a folder");
        CheckRefused(CliRun.Of("train", "--config"), CommandLine.Usage, "--config");
    }

    [Fact]
    public void Comments_trailing_commas_and_a_byte_order_mark_are_allowed()
    {
        using var file = new ConfigFile("\uFEFF{ // short\n \"steps\": 7, /* enough */ }");
        Assert.Equal(7, file.Read().Settings.Options.Steps);
    }

    [Fact]
    public void All_wrong_keys_are_named_at_once()
    {
        using var file = new ConfigFile("""{ "stpes": 3, "clip": "x" }""");
        Assert.Equal(2, file.Print().Error.Split("error: ").Length - 1);
    }

    [Fact]
    public void The_command_line_goes_before_the_file()
    {
        using var file = new ConfigFile("""{ "steps": 7, "seed": 3, "model": "gpt2", "layers": 5, "text": ["a"], "total_batch": 64 }""");
        var (settings, _) = file.Read("--seed", "4", "--text", "b", "c");
        Assert.Equal((7, 4ul, 5), (settings.Options.Steps, settings.Options.Seed, settings.Shape.Layers));
        Assert.Equal(["b", "c"], settings.Text.Paths);
        // Another way to say when the run ends, a whole shape, another way to say how large a step is.
        Assert.Equal(TimeSpan.FromMinutes(2), file.Read("--minutes", "2").Settings.Options.Duration);
        Assert.Equal(2, file.Read("--model", "nano").Settings.Shape.Layers);
        Assert.Equal(2, file.Read("--accumulate", "2").Settings.Options.Accumulate);
        Assert.Equal(16, file.Read("--batch", "4").Settings.Options.Accumulate);
    }

    [Fact]
    public void An_error_on_the_command_line_is_not_blamed_on_the_file()
    {
        using var file = new ConfigFile("""{ "steps": 7 }""");
        var run = file.Print("--seed", "-1");
        Assert.StartsWith("error: --seed takes", run.Error, StringComparison.Ordinal);
        CheckRefused(file.Print("--steps", "0"), CommandLine.Usage, "error: --steps takes");
    }

    [Fact]
    public void Print_config_shows_what_applies_and_trains_nothing()
    {
        using var folder = new TemporaryFolder();
        var run = CliRun.Of("train", "--print-config", "--tokens", "5000", "--out", folder["run"], "--text", "/nowhere.txt");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.False(Directory.Exists(folder["run"]));
        string[] shown = ["\"tokens\": 5000", "\"layers\": 2", "\"learning_rate\": 0.00390625", "\"warmup\": 0", "\"/nowhere.txt\""];
        foreach (string line in shown) Assert.Contains(line, run.Out, StringComparison.Ordinal);
        string[] left = ["\"steps\"", "\"minutes\"", "\"precision\"", "\"skip_outliers\"", "config"];
        foreach (string line in left) Assert.DoesNotContain(line, run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Differences_name_both_values()
    {
        using var before = new ConfigFile("""{ "steps": 7, "seed": 3 }""");
        using var now = new ConfigFile("""{ "steps": 8, "seed": 3, "clip": 0.5, "minutes": 1 }""");
        var differences = TrainConfig.Read(now.Path).DifferencesFrom(TrainConfig.Read(before.Path));
        Assert.Equal(
            ["steps is 8, and was 7", "clip is 0.5, and was not set", "minutes is 1, and was not set"],
            differences.Select(difference => difference.ToString()));
        Assert.Empty(TrainConfig.Read(now.Path).DifferencesFrom(TrainConfig.Read(now.Path)));
    }
}
