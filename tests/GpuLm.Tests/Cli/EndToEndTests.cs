using System.Text.Json;
using GpuLm.Cli;
using Xunit;

namespace GpuLm.Tests.Cli;

/// <summary>Train, evaluate and generate through the command itself, on the CPU.</summary>
public sealed class EndToEndTests
{
    const string Tiny = "--layers 1 --heads 2 --channels 16 --context 16 --batch 4 --device cpu";

    static CliRun Train(TemporaryFolder folder, string options) =>
        CliRun.Of(["train", "--out", folder["run"], .. Tiny.Split(' '), .. options.Split(' ')]);

    static CliRun TrainOnText(TemporaryFolder folder, string options)
    {
        File.WriteAllText(folder["text.txt"], string.Concat(Enumerable.Repeat("The cät sat on the mat. ", 200)));
        return Train(folder, $"--text {folder["text.txt"]} {options}");
    }

    static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    [Theory]
    [InlineData("byte")]
    [InlineData("char")]
    public void A_trained_model_is_saved_evaluated_and_generates(string tokenizer)
    {
        using var folder = new TemporaryFolder();
        var train = TrainOnText(
            folder, $"--tokenizer {tokenizer} --steps 60 --learning-rate 0.01 --eval-every 20 --save-every 20 --sample-every 30");
        Assert.Equal("", train.Error);
        Assert.Equal(CommandLine.Success, train.ExitCode);
        string[] said = ["device   cpu", "numbers  fp32", "parameters", "memory", "validation", "sample:", "Saved step 60"];
        foreach (string text in said)
        {
            Assert.Contains(text, train.Out, StringComparison.Ordinal);
        }
        Assert.Equal(
            [
                "best", "checkpoint-40", "checkpoint-60", "config.json", "held-out.txt", "latest", "metrics.jsonl", "model.safetensors",
                "run.lock", "samples.jsonl", "tokenizer.json", "train_config.json",
            ],
            Directory.GetFileSystemEntries(folder["run"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));

        var metrics = File.ReadAllLines(Path.Combine(folder["run"], "metrics.jsonl")).Select(Json).ToList();
        Assert.Equal(Enumerable.Range(1, 60), metrics.Select(line => line.GetProperty("step").GetInt32()));
        Assert.Equal(60 * 64, metrics[^1].GetProperty("tokens").GetInt64());
        Assert.True(metrics[^1].GetProperty("loss").GetDouble() < metrics[0].GetProperty("loss").GetDouble() - 0.5);
        Assert.Equal(JsonValueKind.Null, metrics[0].GetProperty("val_loss").ValueKind);
        double validation = metrics[^1].GetProperty("val_loss").GetDouble();

        var evaluate = CliRun.Of(
            "evaluate", "--model", folder["run"], "--text", Path.Combine(folder["run"], "held-out.txt"), "--device", "cpu", "--json");
        Assert.Equal("", evaluate.Error);
        var result = Json(evaluate.Out);
        double loss = result.GetProperty("loss").GetDouble();
        Assert.Equal(validation, loss, 0.05);
        Assert.Equal(Math.Exp(loss), result.GetProperty("perplexity").GetDouble(), 1e-9);
        string table = CliRun.Of("evaluate", "--model", folder["run"], "--text", folder["text.txt"], "--device", "cpu").Out;
        Assert.Contains("perplexity", table, StringComparison.Ordinal);

        string[] generate =
        [
            "generate", "--model", folder["run"], "--prompt", "The cät", "--tokens", "40",
            "--device", "cpu", "--top-k", "5", "--top-p", "0.9",
        ];
        var first = CliRun.Of(generate);
        Assert.Equal(CommandLine.Success, first.ExitCode);
        Assert.StartsWith("The cät", first.Out, StringComparison.Ordinal);
        Assert.StartsWith("device   cpu", first.Error, StringComparison.Ordinal);
        Assert.Equal(first.Out, CliRun.Of(generate).Out);
        Assert.NotEqual(first.Out, CliRun.Of([.. generate, "--seed", "2"]).Out);
    }

    [Fact]
    public void The_same_seed_gives_the_same_model_bit_by_bit()
    {
        using TemporaryFolder first = new(), second = new();
        Train(first, "--steps 3 --seed 5");
        Train(second, "--steps 3 --seed 5");
        Assert.Equal(File.ReadAllBytes(first["run/model.safetensors"]), File.ReadAllBytes(second["run/model.safetensors"]));
    }

    [Fact]
    public void A_run_may_end_by_the_clock()
    {
        using var folder = new TemporaryFolder();
        var run = Train(folder, "--minutes 0.01");
        Assert.Equal("", run.Error);
        Assert.Equal(CommandLine.Success, run.ExitCode);
        Assert.True(File.Exists(Path.Combine(folder["run"], "model.safetensors")));
    }

    [Fact]
    public void A_run_does_not_overwrite_another()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["run"]);
        File.WriteAllText(Path.Combine(folder["run"], "precious"), "");
        var run = Train(folder, "--steps 1");
        Assert.Equal(CommandLine.Failure, run.ExitCode);
        Assert.Contains("not empty", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train --device cuda:99 --steps 1", "cuda:99")]
    [InlineData("train --device tpu --steps 1", "'tpu' does not name a device")]
    [InlineData("train --text /nowhere.txt", "/nowhere.txt")]
    [InlineData("train --model gpt2 --batch 4096 --device cpu", "--recompute block fits")]
    [InlineData("train --precision bf16 --device cpu", "bf16 needs a CUDA device; use --precision fp32")]
    [InlineData("train --precision tf32 --device cpu", "tf32 needs a CUDA device; use --precision fp32")]
    [InlineData("train --master-weights off --device cpu", "--master-weights off needs bf16; this run is in fp32")]
    [InlineData("generate --model /nowhere --prompt x", "gpulm train")]
    [InlineData("evaluate --model /nowhere --text /nowhere.txt", "/nowhere")]
    public void What_is_missing_is_one_line_with_a_remedy(string line, string message)
    {
        var run = CliRun.Of(line.Split(' '));
        Assert.Equal(CommandLine.Failure, run.ExitCode);
        Assert.StartsWith("error: ", run.Error, StringComparison.Ordinal);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("generate --prompt x", "--model")]
    [InlineData("generate --model x --prompt y --top-p 1.5", "--top-p takes a number above 0 and at most 1")]
    [InlineData("evaluate --model x", "give --text, --task or both")]
    [InlineData("bogus", "bogus")]
    public void A_wrong_command_line_is_a_usage_error(string line, string message)
    {
        var run = CliRun.Of(line.Split(' '));
        Assert.Equal(CommandLine.Usage, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_model_is_an_error_that_names_the_file()
    {
        using var folder = new TemporaryFolder();
        Train(folder, "--steps 1");
        string weights = Path.Combine(folder["run"], "model.safetensors");
        File.WriteAllBytes(weights, File.ReadAllBytes(weights)[..^10]);
        var run = CliRun.Of("generate", "--model", folder["run"], "--prompt", "x", "--device", "cpu");
        Assert.Equal(CommandLine.Failure, run.ExitCode);
        Assert.Contains("model.safetensors", run.Error, StringComparison.Ordinal);
        Assert.Contains("truncated", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Devices_are_listed_with_their_peaks()
    {
        var run = CliRun.Of("devices", "--json");
        Assert.Equal("", run.Error);
        var cpu = Json(run.Out)[0];
        Assert.Equal("cpu", cpu.GetProperty("device").GetString());
        Assert.True(cpu.GetProperty("flops_per_second").GetDouble() > 1e8);
        Assert.Contains("fp32 peak", CliRun.Of("devices").Out, StringComparison.Ordinal);
    }
}
