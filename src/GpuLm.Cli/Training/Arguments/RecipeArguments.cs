using System.CommandLine.Parsing;
using GpuLm.Checkpoints;
using GpuLm.Models;
using GpuLm.Training;

namespace GpuLm.Cli.Training.Arguments;

/// <summary>The options that say how a model is trained, and for how long.</summary>
/// <param name="model">Sizes that defaults depend on.</param>
/// <param name="batch">Sequences in a step.</param>
/// <remarks>
/// The defaults are a run of about two minutes on two cores, after which the model writes sentences of the built-in stories.
/// </remarks>
sealed class RecipeArguments(ModelArguments model, BatchArguments batch)
{
    const int DefaultSteps = 4000, DefaultEvaluateEvery = 250, DefaultWarmup = 100;
    static readonly TrainingOptions Defaults = new();

    static readonly Dictionary<string, Schedule> Schedules = new()
    {
        ["cosine"] = GpuLm.Training.Schedule.Cosine, ["wsd"] = GpuLm.Training.Schedule.WarmupStableDecay,
        ["constant"] = GpuLm.Training.Schedule.Constant,
    };

    public Setting<int?> Steps => field ??= Setting.OptionalNumber(
        "steps", $"Stop after so many steps. Default: {DefaultSteps}.", 1,
        standard: result => Tokens.Given(result) || Minutes.Given(result) ? null : DefaultSteps);

    public Setting<long?> Tokens { get; } = Setting.OptionalNumber("tokens", "Stop after so many tokens, in whole steps.", 1L);

    public Setting<double?> Minutes { get; } =
        Setting.OptionalNumber("minutes", "Stop after so much time.", 0.0, above: true, most: 1e6);

    /// <summary>Wide models need small steps: 0.004 for 128 channels, 0.00065 for the 768 of GPT-2.</summary>
    public Setting<float> LearningRate { get; } = Setting.Number(
        "learning-rate", "Peak learning rate.", result => Math.Min(0.004f, 0.5f / model.Channels.Of(result)),
        "0.5 / channels, at most 0.004", 0f, above: true);

    public Setting<int?> Warmup => field ??= Setting.OptionalNumber(
        "warmup", $"Steps until the peak is reached. Default: {DefaultWarmup}, at most a tenth of the steps.", 0,
        standard: result => StepsOf(result) is { } steps ? Math.Min(DefaultWarmup, steps / 10) : null);

    public Setting<Schedule> Schedule { get; } = Setting.Choice(
        "schedule", "Learning rate after the warm-up; wsd is warm-up, stable, decay.", Schedules, "cosine");

    public Setting<float> WeightDecay { get; } =
        Setting.Number("weight-decay", "Decoupled weight decay of matrices.", Defaults.WeightDecay, 0f);

    public Setting<float> Clip { get; } = Setting.Number("clip", "Largest gradient norm; 0 does not clip.", Defaults.Clip, 0f);

    public Setting<ulong> Seed { get; } = Setting.Number("seed", "Seed of the whole run.", Defaults.Seed, 0ul);

    public Setting<int> EvaluateEvery { get; } = Setting.Number(
        "eval-every", "Steps between validations; 0 validates at the end only.", DefaultEvaluateEvery, 0);

    public Setting<int> MaxBadSteps { get; } = Setting.Number(
        "max-bad-steps",
        "Stop after so many steps in a row that were not applied: their loss or gradient was infinite, not a number, or an outlier.",
        Defaults.MaxBadSteps, 1);

    public Setting<double?> SkipOutliers { get; } = Setting.OptionalNumber(
        "skip-outliers",
        $"Do not apply a step whose loss or gradient norm is more than Z standard deviations above the mean of the last "
        + $"{OutlierDetector.Window} steps. Default: apply all.",
        0.0, above: true);

    /// <summary>Where the run stands that goes on; nothing where it begins.</summary>
    public TrainingState? GoesOnFrom { get; set; }

    public IEnumerable<Setting> All =>
    [
        Steps, Tokens, Minutes, LearningRate, Warmup, Schedule, WeightDecay, Clip, Seed, EvaluateEvery, MaxBadSteps, SkipOutliers,
    ];

    public Alternatives Ends => new("when the run ends", Steps, Tokens, Minutes);

    public TrainingOptions Read(CommandResult result) => new()
    {
        // A batch that is yet to be chosen counts as one sequence until it is.
        Batch = Math.Max(1, batch.Batch.Of(result)),
        Accumulate = batch.PassesOf(result),
        Steps = StepsOf(result) ?? DefaultSteps,
        Duration = Minutes.Of(result) is { } minutes ? TimeSpan.FromMinutes(minutes) : null,
        LearningRate = LearningRate.Of(result),
        FinalLearningRateRatio = 0,
        Warmup = Warmup.Of(result) ?? 0,
        Schedule = Schedule.Of(result),
        WeightDecay = WeightDecay.Of(result),
        Clip = Clip.Of(result),
        Seed = Seed.Of(result),
        EvaluateEvery = EvaluateEvery.Of(result),
        MaxBadSteps = MaxBadSteps.Of(result),
        SkipOutliers = SkipOutliers.Of(result),
    };

    /// <summary>Steps of the run; nothing where they depend on a batch that is yet to be chosen.</summary>
    int? StepsOf(CommandResult result)
    {
        if (Minutes.Given(result)) return int.MaxValue;
        if (Tokens.Of(result) is not { } tokens) return Steps.Of(result);
        if (batch.SequencesOf(result) is not { } sequences) return null;
        // Steps that were made may have had another size.
        long left = Math.Max(0, tokens - (GoesOnFrom?.Tokens ?? 0)), size = sequences * model.Context.Of(result);
        return (int)Math.Min(int.MaxValue, (GoesOnFrom?.Step ?? 0) + left / size + (left % size > 0 ? 1 : 0));
    }
}
