using GpuLm.Models;

namespace GpuLm.Training;

/// <summary>How the learning rate goes after the warm-up.</summary>
public enum Schedule
{
    /// <summary>Half a cosine from the peak to <see cref="TrainingOptions.FinalLearningRateRatio"/> of it.</summary>
    Cosine,

    /// <summary>Warm-up, stable, decay: the peak, then a linear fall over the last fifth.</summary>
    WarmupStableDecay,

    /// <summary>The peak until the end.</summary>
    Constant,
}

/// <summary>Everything that a training run decides, apart from the model's shape and the text.</summary>
public sealed record TrainingOptions
{
    /// <summary>Sequences in one forward and backward pass.</summary>
    public int Batch { get; init; } = 16;

    /// <summary>Passes whose gradients are averaged before an update.</summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>Tokens in a sequence; 0 means the model's context length.</summary>
    public int SequenceLength { get; init; }

    /// <summary>What the backward pass computes again in place of keeping it.</summary>
    public Recompute Recompute { get; init; }

    /// <summary>Whether a CUDA device records a step's launches once and then repeats them as a graph.</summary>
    public bool UseGraph { get; init; } = true;

    /// <summary>Updates after which the run ends.</summary>
    public int Steps { get; init; } = 1000;

    /// <summary>If set, the run ends after this much time; the schedule then follows the clock and not the steps.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Peak learning rate.</summary>
    public float LearningRate { get; init; } = 1e-3f;

    /// <summary>The learning rate at the end, as a share of the peak.</summary>
    public float FinalLearningRateRatio { get; init; } = 0.1f;

    /// <summary>Steps over which the learning rate rises linearly from zero.</summary>
    public int Warmup { get; init; } = 100;

    /// <summary>What follows the warm-up.</summary>
    public Schedule Schedule { get; init; }

    /// <summary>Decoupled weight decay, for matrices only.</summary>
    public float WeightDecay { get; init; } = 0.1f;

    /// <summary>AdamW's decay of the first moment.</summary>
    public float Beta1 { get; init; } = 0.9f;

    /// <summary>AdamW's decay of the second moment.</summary>
    public float Beta2 { get; init; } = 0.99f;

    /// <summary>AdamW's epsilon.</summary>
    public float Epsilon { get; init; } = 1e-8f;

    /// <summary>The gradient is scaled so that its norm is at most this; 0 turns clipping off.</summary>
    public float Clip { get; init; } = 1;

    /// <summary>Seeds initialisation, batches and samples.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Steps between validations; 0 means only at the end.</summary>
    public int EvaluateEvery { get; init; } = 100;

    /// <summary>Batches in one validation.</summary>
    public int EvaluateBatches { get; init; } = 20;

    /// <summary>After so many steps in a row that were not applied, training stops.</summary>
    public int MaxBadSteps { get; init; } = 10;

    /// <summary>
    /// A step is not applied where its loss or its gradient's norm is more than so many standard deviations above the mean of the last
    /// <see cref="OutlierDetector.Window"/> steps; null applies them all.
    /// </summary>
    public double? SkipOutliers { get; init; }

    /// <summary>Returns these options, or says which is out of range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public TrainingOptions Validate()
    {
        Require(Batch >= 1, Batch, "the batch", "1 or more");
        Require(Accumulate >= 1, Accumulate, "the number of accumulated batches", "1 or more");
        Require(SequenceLength >= 0, SequenceLength, "the sequence length", "0 or more");
        Require(Steps >= 1, Steps, "the number of steps", "1 or more");
        Require(Duration is null || Duration > TimeSpan.Zero, Duration, "the duration", "positive");
        Require(LearningRate > 0 && float.IsFinite(LearningRate), LearningRate, "the learning rate", "positive");
        Require(FinalLearningRateRatio is >= 0 and <= 1, FinalLearningRateRatio, "the final learning rate's ratio", "in [0, 1]");
        Require(Warmup >= 0, Warmup, "the warm-up", "0 or more");
        Require(WeightDecay >= 0 && float.IsFinite(WeightDecay), WeightDecay, "the weight decay", "0 or more");
        Require(Beta1 is >= 0 and < 1, Beta1, "beta 1", "in [0, 1)");
        Require(Beta2 is >= 0 and < 1, Beta2, "beta 2", "in [0, 1)");
        Require(Epsilon > 0, Epsilon, "epsilon", "positive");
        Require(Clip >= 0 && float.IsFinite(Clip), Clip, "the clipping norm", "0 (off) or more");
        Require(EvaluateEvery >= 0, EvaluateEvery, "the interval of validations", "0 (off) or more");
        Require(EvaluateBatches >= 1, EvaluateBatches, "the number of validation batches", "1 or more");
        Require(MaxBadSteps >= 1, MaxBadSteps, "the number of bad steps in a row", "1 or more");
        Require(SkipOutliers is null or > 0, SkipOutliers, "the outliers' distance", "positive");
        return this;
    }

    /// <summary>Tokens in a sequence of a model.</summary>
    public int LengthFor(GptConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return SequenceLength == 0 ? config.ContextLength : SequenceLength;
    }

    static void Require(bool condition, object? value, string what, string range)
    {
        if (!condition) throw new ArgumentOutOfRangeException(null, $"{what} must be {range}; it is {value}.");
    }
}

/// <summary>What one step did: a line of <c>metrics.jsonl</c>.</summary>
/// <param name="Step">Steps done so far, this one included, applied or not.</param>
/// <param name="Tokens">Tokens trained on so far.</param>
/// <param name="Seconds">Seconds since the run began.</param>
/// <param name="Loss">Mean cross-entropy of this step's tokens, in nats.</param>
/// <param name="ValidationLoss">The same on the held-out text, where this step validated.</param>
/// <param name="BitsPerByte">The validation loss in bits per byte of text, where this step validated.</param>
/// <param name="LearningRate">The learning rate used.</param>
/// <param name="GradientNorm">Euclidean norm of the whole gradient, before clipping.</param>
/// <param name="TokensPerSecond">Trained tokens per second of this step.</param>
/// <param name="FlopsUtilization">
/// The model's FLOP/s of this step as a share of the device's measured peak; NaN where none was measured.
/// </param>
public sealed record StepReport(
    int Step, long Tokens, double Seconds, float Loss, float? ValidationLoss, double? BitsPerByte, float LearningRate, float GradientNorm,
    double TokensPerSecond, double FlopsUtilization)
{
    /// <summary>Why this step was not applied; null where it was.</summary>
    public StepFault? Fault { get; init; }

    /// <summary>Steps so far that were not applied.</summary>
    public int Skipped { get; init; }
}
