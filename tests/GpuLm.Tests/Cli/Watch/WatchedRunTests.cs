using System.Text.Json;
using GpuLm.Cli;
using Xunit;

namespace GpuLm.Tests.Cli.Watch;

/// <summary>A run through the command with everything that watches it.</summary>
public sealed class WatchedRunTests
{
    const string Tiny = "--layers 1 --heads 2 --channels 16 --context 16 --batch 4 --device cpu";

    static CliRun Train(TemporaryFolder folder, string run, params string[] options) =>
        CliRun.Of(["train", "--out", folder[run], .. Tiny.Split(' '), .. options]);

    static List<JsonElement> Samples(TemporaryFolder folder, string run) =>
        [.. File.ReadLines(Path.Combine(folder[run], "samples.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)];

    static string Text(JsonElement sample) => sample.GetProperty("text").GetString()!;

    [Fact]
    public void Fixed_prompts_are_continued_with_a_fixed_seed_and_kept()
    {
        using var folder = new TemporaryFolder();
        var run = Train(
            folder, "run", "--steps", "30", "--sample-every", "10", "--sample-prompt", "Anna has", "Where is", "--sample-tokens", "12",
            "--seed", "3", "--tensorboard", folder["tb"], "--dashboard", "0");
        Assert.Equal((CommandLine.Success, ""), (run.ExitCode, run.Error));
        Assert.Contains("watch    http://127.0.0.1:", run.Out, StringComparison.Ordinal);
        var samples = Samples(folder, "run");
        Assert.Equal(
            (IEnumerable<(int, string?, int)>)
            [
                (10, "Anna has", 3), (10, "Where is", 3), (20, "Anna has", 3), (20, "Where is", 3),
                (30, "Anna has", 3), (30, "Where is", 3),
            ],
            samples.Select(sample => (
                sample.GetProperty("step").GetInt32(), sample.GetProperty("prompt").GetString(), sample.GetProperty("seed").GetInt32())));
        Assert.Contains($"sample: Anna has{Text(samples[0]).TrimEnd()}".Split('\n')[0], run.Out, StringComparison.Ordinal);

        var generated = CliRun.Of(
            "generate", "--model", folder["run"], "--prompt", "Where is", "--tokens", "12", "--temperature", "0.7", "--seed", "3",
            "--device", "cpu");
        Assert.Equal($"Where is{Text(samples[^1])}\n", generated.Out.ReplaceLineEndings("\n"));

        var events = EventFileReader.Read(Assert.Single(Directory.GetFiles(folder["tb"])));
        Assert.Equal(2 + 30 + 6, events.Count);
    }

    [Fact]
    public void Without_prompts_samples_are_paragraphs_and_the_last_ones_have_seeds_of_their_own()
    {
        using var folder = new TemporaryFolder();
        Train(folder, "run", "--steps", "2", "--sample-every", "1", "--sample-tokens", "8");
        Assert.Equal(
            (IEnumerable<(int, int)>)[(1, 1), (2, 1), (2, 2), (2, 3)],
            Samples(folder, "run").Select(sample => (sample.GetProperty("step").GetInt32(), sample.GetProperty("seed").GetInt32())));
    }

    [Theory]
    [InlineData("run/events")]
    [InlineData("run/")]
    public void Events_may_lie_in_the_folder_of_the_new_run(string events)
    {
        using var folder = new TemporaryFolder();
        var run = Train(folder, "run", "--steps", "2", "--tensorboard", folder[events]);
        Assert.Equal((CommandLine.Success, ""), (run.ExitCode, run.Error));
        Assert.Single(Directory.GetFiles(folder[events], "events.out.tfevents.*"));
    }

    [Fact]
    public void Where_documents_end_with_an_empty_line_samples_begin_where_a_document_begins()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(
            folder["documents.jsonl"],
            Enumerable.Range(0, 200).Select(i => JsonSerializer.Serialize(new { text = $"The cat sat on mat {i}.\n\n" })));
        var run = Train(
            folder, "run", "--text", folder["documents.jsonl"], "--tokenizer", "bpe:280", "--held-out", "0.1", "--steps", "60",
            "--learning-rate", "0.01", "--sample-tokens", "16");
        Assert.Equal((CommandLine.Success, ""), (run.ExitCode, run.Error));
        Assert.All(Samples(folder, "run"), sample => Assert.Contains("cat", Text(sample), StringComparison.Ordinal));
    }

    [Fact]
    public void Watching_a_run_changes_no_bit_of_it()
    {
        using var folder = new TemporaryFolder();
        Train(folder, "plain", "--steps", "4", "--sample-every", "0");
        Train(folder, "watched", "--steps", "4", "--sample-every", "1", "--tensorboard", folder["tb"], "--dashboard", "0");
        Assert.Equal(File.ReadAllBytes(folder["plain/model.safetensors"]), File.ReadAllBytes(folder["watched/model.safetensors"]));
    }
}
