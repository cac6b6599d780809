using System.CommandLine;
using System.CommandLine.Parsing;
using GpuLm.Models;
using GpuLm.Tokenization;
using GpuLm.Training;

namespace GpuLm.Cli.Training;

/// <summary>The options of <c>gpulm train</c>, their defaults and their checks.</summary>
/// <remarks>
/// The defaults are a run of about two minutes on two cores, after which the model writes sentences of the built-in stories.
/// </remarks>
sealed class TrainArguments
{
    const string DefaultPreset = "nano", DefaultTokenizer = "byte", DefaultSchedule = "cosine";
    static readonly TrainingOptions Defaults = new() { Steps = 4000, FinalLearningRateRatio = 0, EvaluateEvery = 250, SampleEvery = 250 };

    static readonly Dictionary<string, Schedule> Schedules = new()
    {
        ["cosine"] = GpuLm.Training.Schedule.Cosine, ["wsd"] = GpuLm.Training.Schedule.WarmupStableDecay,
        ["constant"] = GpuLm.Training.Schedule.Constant,
    };

    public Option<string[]> Text { get; } = new("--text")
    {
        Description = "Text files (UTF-8), or folders of .txt files, to train on; the last tenth is held out. "
            + "Default: built-in stories that never repeat.",
        HelpName = "PATH...", Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = true,
    };

    public Option<string> Tokenizer { get; } =
        Options.Choice(
            "--tokenizer", $"What a token is: a byte, or a character of the text. Default: {DefaultTokenizer}.", Tokenizers.Kinds);
    public Option<string> Model { get; } =
        Options.Choice("--model", $"Size of the model. Default: {DefaultPreset}.", GptConfig.Presets.Keys);
    public Option<int?> Layers { get; } = Options.Number("--layers", "Transformer blocks. Default: the model's.", 1, most: 1000);
    public Option<int?> Heads { get; } =
        Options.Number("--heads", "Attention heads in a block; they divide the channels. Default: the model's.", 1, most: 1 << 16);
    public Option<int?> Channels { get; } = Options.Number("--channels", "Width of the model. Default: the model's.", 1, most: 1 << 16);
    public Option<int?> Context { get; } =
        Options.Number("--context", "Tokens that the model sees at once. Default: the model's.", 1, most: 1 << 16);
    public Option<int?> Batch { get; } = Options.Number("--batch", $"Sequences in one pass. Default: {Defaults.Batch}.", 1);
    public Option<int?> Accumulate { get; } =
        Options.Number("--accumulate", $"Passes averaged into one step. Default: {Defaults.Accumulate}.", 1);
    public Option<int?> Steps { get; } = Options.Number("--steps", $"Stop after so many steps. Default: {Defaults.Steps}.", 1);
    public Option<long?> Tokens { get; } = Options.Number("--tokens", "Stop after so many tokens, in whole steps.", 1L);
    public Option<double?> Minutes { get; } = Options.Number("--minutes", "Stop after so much time.", 0.0, above: true, most: 1e6);
    public Option<float?> LearningRate { get; } =
        Options.Number("--learning-rate", "Peak learning rate. Default: 0.5 / channels, at most 0.004.", 0f, above: true);
    public Option<int?> Warmup { get; } =
        Options.Number("--warmup", $"Steps until the peak is reached. Default: {Defaults.Warmup}, at most a tenth of the steps.", 0);
    public Option<string> Schedule { get; } =
        Options.Choice(
            "--schedule", $"Learning rate after the warm-up; wsd is warm-up, stable, decay. Default: {DefaultSchedule}.", Schedules.Keys);
    public Option<float?> WeightDecay { get; } =
        Options.Number("--weight-decay", $"Decoupled weight decay of matrices. Default: {Defaults.WeightDecay}.", 0f);
    public Option<float?> Clip { get; } =
        Options.Number("--clip", $"Largest gradient norm; 0 does not clip. Default: {Defaults.Clip}.", 0f);
    public Option<ulong?> Seed { get; } = Options.Number("--seed", $"Seed of the whole run. Default: {Defaults.Seed}.", 0ul);
    public Option<string> Device { get; } = Options.Device();
    public Option<string> Precision { get; } = Options.Precision();
    public Option<string> MasterWeights { get; } = Options.OnOff(
        "--master-weights",
        "With bf16: on keeps every matrix in fp32 too. off saves these 4 bytes a parameter and rounds each update of a bf16 matrix up or "
        + "down at random: right on average, but a single small update is lost or too large, and the saved model has bf16's digits. "
        + "Default: on.");
    public Option<string> Recompute { get; } = Options.Recompute();
    public Option<string> CudaGraph { get; } = Options.CudaGraph();
    public Option<string> Out { get; } =
        new("--out") { Description = "Folder of the run, new or empty. Default: a fresh one under runs/.", HelpName = "DIR" };
    public Option<int?> EvaluateEvery { get; } =
        Options.Number("--eval-every", $"Steps between validations; 0 validates at the end only. Default: {Defaults.EvaluateEvery}.", 0);
    public Option<int?> SaveEvery { get; } = Options.Number("--save-every", "Steps between saves; 0 saves at the end only. Default: 0.", 0);
    public Option<int?> SampleEvery { get; } =
        Options.Number("--sample-every", $"Steps between samples; 0 samples at the end only. Default: {Defaults.SampleEvery}.", 0);

    public void AddTo(Command command)
    {
        Option[] all =
        [
            Text, Tokenizer, Model, Layers, Heads, Channels, Context, Batch, Accumulate, Steps, Tokens, Minutes, LearningRate, Warmup,
            Schedule, WeightDecay, Clip, Seed, Device, Precision, MasterWeights, Recompute, CudaGraph, Out, EvaluateEvery, SaveEvery,
            SampleEvery,
        ];
        foreach (var option in all) command.Options.Add(option);
        command.Validators.Add(Check);
    }

    /// <summary>The settings of a command line that was parsed without errors.</summary>
    public TrainSettings Read(CommandResult result)
    {
        var shape = Shape(result);
        var options = Defaults with
        {
            Batch = result.GetValue(Batch) ?? Defaults.Batch,
            Accumulate = result.GetValue(Accumulate) ?? Defaults.Accumulate,
            LearningRate = result.GetValue(LearningRate) ?? LearningRateFor(shape),
            Schedule = Schedules[result.GetValue(Schedule) ?? DefaultSchedule],
            WeightDecay = result.GetValue(WeightDecay) ?? Defaults.WeightDecay,
            Clip = result.GetValue(Clip) ?? Defaults.Clip,
            Seed = result.GetValue(Seed) ?? Defaults.Seed,
            Recompute = Options.RecomputeOf(result.GetValue(Recompute)),
            UseGraph = result.GetValue(CudaGraph) != "off",
            EvaluateEvery = result.GetValue(EvaluateEvery) ?? Defaults.EvaluateEvery,
            SaveEvery = result.GetValue(SaveEvery) ?? Defaults.SaveEvery,
            SampleEvery = result.GetValue(SampleEvery) ?? Defaults.SampleEvery,
        };
        long tokensPerStep = (long)options.Batch * options.Accumulate * shape.ContextLength;
        options = result.GetValue(Minutes) is double minutes
            ? options with { Steps = int.MaxValue, Duration = TimeSpan.FromMinutes(minutes) }
            : options with { Steps = StepsFor(result.GetValue(Tokens), tokensPerStep) ?? result.GetValue(Steps) ?? Defaults.Steps };
        options = options with { Warmup = result.GetValue(Warmup) ?? Math.Min(Defaults.Warmup, options.Steps / 10) };
        return new TrainSettings(
            result.GetValue(Text) ?? [], result.GetValue(Tokenizer) ?? DefaultTokenizer, shape, options,
            result.GetValue(Device) ?? "auto", Options.PrecisionOf(result.GetValue(Precision)), result.GetValue(MasterWeights) != "off",
            result.GetValue(Out));
    }

    /// <summary>Wide models need small steps: 0.004 for 128 channels, 0.00065 for the 768 of GPT-2.</summary>
    static float LearningRateFor(GptConfig shape) => Math.Min(0.004f, 0.5f / shape.Channels);

    static int? StepsFor(long? tokens, long tokensPerStep) =>
        tokens is null ? null : (int)Math.Min(int.MaxValue, 1 + (tokens.Value - 1) / tokensPerStep);

    GptConfig Shape(CommandResult result)
    {
        var preset = GptConfig.FromPreset(result.GetValue(Model) ?? DefaultPreset, vocabularySize: 1);
        return preset with
        {
            Layers = result.GetValue(Layers) ?? preset.Layers,
            Heads = result.GetValue(Heads) ?? preset.Heads,
            Channels = result.GetValue(Channels) ?? preset.Channels,
            ContextLength = result.GetValue(Context) ?? preset.ContextLength,
        };
    }

    void Check(CommandResult result)
    {
        Option[] lengths = [.. new Option[] { Steps, Tokens, Minutes }.Where(result.Given)];
        if (lengths.Length > 1)
        {
            result.AddError($"{string.Join(" and ", lengths.Select(option => option.Name))} each say when the run ends; give one of them.");
        }
        try
        {
            Shape(result).Validate();
        }
        catch (ArgumentException e)
        {
            result.AddError(e.Message);
        }
        catch (InvalidOperationException)
        {
            // An option's value is wrong; its own check, which comes after this one, says so.
        }
    }
}
