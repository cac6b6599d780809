using System.CommandLine;
using GpuLm.Cli;
using GpuLm.Cli.Training.Arguments;
using GpuLm.Models;
using GpuLm.Training;
using Xunit;

namespace GpuLm.Tests.Cli;

public sealed class TrainArgumentsTests
{
    static TrainSettings Read(string line)
    {
        var arguments = new TrainArguments();
        var command = new RootCommand();
        arguments.AddTo(command);
        var parsed = command.Parse(line);
        Assert.Empty(parsed.Errors);
        return arguments.Read(parsed.CommandResult);
    }

    [Fact]
    public void Nothing_given_is_a_run_on_the_built_in_stories()
    {
        var settings = Read("");
        Assert.Empty(settings.Text.Paths);
        Assert.Equal("byte", settings.Text.Tokenizer);
        Assert.Equal("auto", settings.Machine.Device);
        Assert.Null(settings.Folder.Folder);
        Assert.Null(settings.Machine.Precision);
        Assert.True(settings.Machine.MasterWeights);
        Assert.Null(settings.Options.Duration);
    }

    [Fact]
    public void Every_option_arrives()
    {
        var settings = Read(
            "--text a.txt b --tokenizer char --model nano --layers 3 --heads 5 --channels 40 --context 32 --batch 7 --accumulate 2 "
            + "--steps 99 --learning-rate 3e-4 --warmup 9 --schedule wsd --weight-decay 0.2 --clip 0 --seed 18446744073709551615 "
            + "--device opencl:1 --precision bf16 --master-weights off --recompute block --cuda-graph off --out x "
            + "--eval-every 11 --save-every 12 --sample-every 13 --max-bad-steps 14 --skip-outliers 3.5");
        Assert.Equal(["a.txt", "b"], settings.Text.Paths);
        Assert.Equal("char", settings.Text.Tokenizer);
        Assert.Equal(new GptConfig(3, 5, 40, 32, 1), settings.Shape);
        Assert.Equal("opencl:1", settings.Machine.Device);
        Assert.Equal("x", settings.Folder.Folder);
        Assert.Equal(Precision.Bf16, settings.Machine.Precision);
        Assert.False(settings.Machine.MasterWeights);
        Assert.Equal(
            new TrainingOptions
            {
                Batch = 7, Accumulate = 2, Steps = 99, FinalLearningRateRatio = 0, LearningRate = 3e-4f, Warmup = 9,
                Schedule = Schedule.WarmupStableDecay,
                WeightDecay = 0.2f, Clip = 0, Seed = ulong.MaxValue, EvaluateEvery = 11,
                Recompute = Recompute.Block, UseGraph = false, MaxBadSteps = 14, SkipOutliers = 3.5,
            },
            settings.Options);
        Assert.Equal((12, 13), (settings.Folder.SaveEvery, settings.Watch.SampleEvery));
    }

    [Fact]
    public void A_preset_fills_what_is_not_given() =>
        Assert.Equal(GptConfig.FromPreset("gpt2", 1) with { ContextLength = 64 }, Read("--model gpt2 --context 64").Shape);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(96, 1)]
    [InlineData(97, 2)]
    public void Tokens_become_whole_steps(long tokens, int steps) =>
        Assert.Equal(steps, Read($"--tokens {tokens} --batch 3 --accumulate 2 --context 16").Options.Steps);

    [Fact]
    public void A_total_batch_is_made_up_by_passes()
    {
        Assert.Equal((8, 3), (Read("--batch 8 --total-batch 24").Options.Batch, Read("--batch 8 --total-batch 24").Options.Accumulate));
        Assert.False(Read("--batch 8 --total-batch 24").BatchIsOpen);
        Assert.True(Read("--total-batch 24").BatchIsOpen);
        Assert.True(Read("--batch auto").BatchIsOpen);
        // 97 tokens are 4 sequences of 32, whatever their passes.
        Assert.Equal(2, Read("--tokens 97 --total-batch 3 --context 32").Options.Steps);
    }

    [Theory]
    [InlineData("nano", 0.5 / 128)]
    [InlineData("gpt2", 0.5 / 768)]
    [InlineData("nano --channels 16", 0.004)]
    [InlineData("gpt2 --learning-rate 1e-3", 0.001)]
    public void The_learning_rate_falls_with_the_width(string model, double learningRate) =>
        Assert.Equal((float)learningRate, Read($"--model {model}").Options.LearningRate, 1e-9f);

    [Fact]
    public void Minutes_run_by_the_clock()
    {
        var options = Read("--minutes 1.5").Options;
        Assert.Equal(TimeSpan.FromSeconds(90), options.Duration);
        Assert.Equal(int.MaxValue, options.Steps);
    }

    [Fact]
    public void A_short_run_warms_up_for_a_tenth_of_it()
    {
        Assert.Equal(2, Read("--steps 20").Options.Warmup);
        Assert.Equal(20, Read("--steps 20 --warmup 20").Options.Warmup);
    }

    [Theory]
    [InlineData("--steps 0", "--steps takes a whole number of 1 or more")]
    [InlineData("--steps 1.5", "--steps takes a whole number")]
    [InlineData("--steps many", "'many' is not one")]
    [InlineData("--steps 9999999999", "--steps takes")]
    [InlineData("--batch -1", "--batch takes")]
    [InlineData("--learning-rate 0", "--learning-rate takes a number above 0")]
    [InlineData("--learning-rate NaN", "--learning-rate takes")]
    [InlineData("--weight-decay -0.1", "--weight-decay takes a number of 0 or more")]
    [InlineData("--clip Infinity", "--clip takes")]
    [InlineData("--minutes 0", "--minutes takes a number above 0")]
    [InlineData("--seed -1", "--seed takes")]
    [InlineData("--steps 1 --tokens 5", "--steps and --tokens each say when the run ends")]
    [InlineData("--tokens 1 --minutes 5", "--tokens and --minutes each say when the run ends")]
    [InlineData("--total-batch 9 --accumulate 3", "--accumulate and --total-batch each say how many sequences a step has")]
    [InlineData("--total-batch 9 --batch 2", "--total-batch 9 is not a multiple of --batch 2")]
    [InlineData("--batch any", "--batch takes a whole number of 1 or more, or 'auto'; 'any' is neither")]
    [InlineData("--max-bad-steps 0", "--max-bad-steps takes a whole number of 1 or more")]
    [InlineData("--skip-outliers 0", "--skip-outliers takes a number above 0")]
    [InlineData("--heads 3 --channels 64", "3 heads do not divide 64 channels")]
    [InlineData("--model gpt3", "--model takes one of nano, micro")]
    [InlineData("--tokenizer bpe", "There is no tokenizer 'bpe'")]
    [InlineData("--schedule linear", "--schedule takes one of cosine, wsd, constant")]
    [InlineData("--precision fp16", "--precision takes one of fp32, tf32, bf16")]
    [InlineData("--recompute all", "--recompute takes one of none, norms, block")]
    [InlineData("--master-weights no", "--master-weights takes one of on, off")]
    [InlineData("--cuda-graph yes", "--cuda-graph takes one of on, off")]
    [InlineData("--text", "--text")]
    [InlineData("--stpes 5", "--stpes")]
    public void A_wrong_command_line_says_what_is_wrong(string line, string message)
    {
        var run = CliRun.Of(["train", .. line.Split(' ')]);
        Assert.Equal(CommandLine.Usage, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Contains("gpulm train --help", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Out);
    }

    [Fact]
    public void Help_names_every_option()
    {
        var run = CliRun.Of("train", "--help");
        Assert.Equal(0, run.ExitCode);
        string[] names =
        [
            "--text", "--tokenizer", "--model", "--layers", "--heads", "--channels", "--context", "--batch", "--accumulate", "--steps",
            "--tokens", "--minutes", "--learning-rate", "--warmup", "--schedule", "--weight-decay", "--clip", "--seed", "--device", "--out",
            "--precision", "--master-weights", "--recompute", "--cuda-graph",
            "--eval-every", "--save-every", "--sample-every", "--total-batch", "--max-bad-steps", "--skip-outliers",
            "--config", "--print-config", "--config-schema",
        ];
        foreach (string name in names) Assert.Contains(name, run.Out, StringComparison.Ordinal);
    }
}
