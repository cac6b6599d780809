using System.CommandLine.Parsing;
using GpuLm.Models;
using GpuLm.Training;

namespace GpuLm.Cli.Training.Arguments;

/// <summary>The options that say how a model is trained, and for how long.</summary>
/// <param name="model">Sizes that defaults depend on.</param>
/// <remarks>
/// The defaults are a run of about two minutes on two cores, after which the model writes sentences of the built-in stories.
/// </remarks>
sealed class RecipeArguments(ModelArguments model)
{
    const int DefaultSteps = 4000, DefaultEvaluateEvery = 250, DefaultWarmup = 100;
    static readonly TrainingOptions Defaults = new();

    static readonly Dictionary<string, Schedule> Schedules = new()
    {
        ["cosine"] = GpuLm.Training.Schedule.Cosine, ["wsd"] = GpuLm.Training.Schedule.WarmupStableDecay,
        ["constant"] = GpuLm.Training.Schedule.Constant,
    };

    public Setting<int> Batch { get; } = Setting.Number("batch", "Sequences in one pass.", Defaults.Batch, 1);

    public Setting<int> Accumulate { get; } = Setting.Number("accumulate", "Passes averaged into one step.", Defaults.Accumulate, 1);

    public Setting<int?> Steps { get; } = Setting.OptionalNumber("steps", $"Stop after so many steps. Default: {DefaultSteps}.", 1);

    public Setting<long?> Tokens { get; } = Setting.OptionalNumber("tokens", "Stop after so many tokens, in whole steps.", 1L);

    public Setting<double?> Minutes { get; } =
        Setting.OptionalNumber("minutes", "Stop after so much time.", 0.0, above: true, most: 1e6);

    /// <summary>Wide models need small steps: 0.004 for 128 channels, 0.00065 for the 768 of GPT-2.</summary>
    public Setting<float> LearningRate { get; } = Setting.Number(
        "learning-rate", "Peak learning rate.", result => Math.Min(0.004f, 0.5f / model.Channels.Of(result)),
        "0.5 / channels, at most 0.004", 0f, above: true);

    public Setting<int?> Warmup { get; } = Setting.OptionalNumber(
        "warmup", $"Steps until the peak is reached. Default: {DefaultWarmup}, at most a tenth of the steps.", 0);

    public Setting<Schedule> Schedule { get; } = Setting.Choice(
        "schedule", "Learning rate after the warm-up; wsd is warm-up, stable, decay.", Schedules, "cosine");

    public Setting<float> WeightDecay { get; } =
        Setting.Number("weight-decay", "Decoupled weight decay of matrices.", Defaults.WeightDecay, 0f);

    public Setting<float> Clip { get; } = Setting.Number("clip", "Largest gradient norm; 0 does not clip.", Defaults.Clip, 0f);

    public Setting<ulong> Seed { get; } = Setting.Number("seed", "Seed of the whole run.", Defaults.Seed, 0ul);

    public Setting<int> EvaluateEvery { get; } = Setting.Number(
        "eval-every", "Steps between validations; 0 validates at the end only.", DefaultEvaluateEvery, 0);

    public IEnumerable<Setting> All =>
    [
        Batch, Accumulate, Steps, Tokens, Minutes, LearningRate, Warmup, Schedule, WeightDecay, Clip, Seed, EvaluateEvery,
    ];

    public TrainingOptions Read(CommandResult result)
    {
        var options = new TrainingOptions
        {
            Batch = Batch.Of(result),
            Accumulate = Accumulate.Of(result),
            LearningRate = LearningRate.Of(result),
            FinalLearningRateRatio = 0,
            Schedule = Schedule.Of(result),
            WeightDecay = WeightDecay.Of(result),
            Clip = Clip.Of(result),
            Seed = Seed.Of(result),
            EvaluateEvery = EvaluateEvery.Of(result),
        };
        long tokensPerStep = (long)options.Batch * options.Accumulate * model.Context.Of(result);
        options = Minutes.Of(result) is { } minutes
            ? options with { Steps = int.MaxValue, Duration = TimeSpan.FromMinutes(minutes) }
            : options with { Steps = StepsFor(Tokens.Of(result), tokensPerStep) ?? Steps.Of(result) ?? DefaultSteps };
        return options with { Warmup = Warmup.Of(result) ?? Math.Min(DefaultWarmup, options.Steps / 10) };
    }

    public void Check(CommandResult result)
    {
        Setting[] ends = [.. new Setting[] { Steps, Tokens, Minutes }.Where(setting => setting.Given(result))];
        if (ends.Length > 1)
        {
            string names = string.Join(" and ", ends.Select(setting => setting.Option.Name));
            result.AddError($"{names} each say when the run ends; give one of them.");
        }
    }

    static int? StepsFor(long? tokens, long tokensPerStep) =>
        tokens is null ? null : (int)Math.Min(int.MaxValue, 1 + (tokens.Value - 1) / tokensPerStep);
}
