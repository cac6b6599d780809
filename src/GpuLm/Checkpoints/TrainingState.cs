using GpuLm.Training;

namespace GpuLm.Checkpoints;

/// <summary>
/// What a checkpoint holds of a run beside the model, its tokenizer, the optimizer's moments and the configuration: where the run stands.
/// A batch is a function of the seed and its number, so the number of steps is also the place in the text and in all random numbers.
/// </summary>
public sealed record TrainingState
{
    /// <summary>The version that this program writes and reads.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The version of the checkpoint's layout.</summary>
    public int FormatVersion { get; init; } = CurrentVersion;

    /// <summary>Steps done.</summary>
    public required int Step { get; init; }

    /// <summary>Steps that were applied.</summary>
    public required int Updates { get; init; }

    /// <summary>What the next steps are judged by; nothing judges them anew.</summary>
    public StepJudgeState? Judge { get; init; }

    /// <summary>Tokens trained on.</summary>
    public required long Tokens { get; init; }

    /// <summary>Seconds of training: a run that ends by the clock goes on from here.</summary>
    public required double Seconds { get; init; }

    /// <summary>The lowest validation loss of a checkpoint of the run, in nats per token; nothing before the first validation.</summary>
    public float? BestLoss { get; init; }

    /// <summary>The step of the checkpoint that has it.</summary>
    public int? BestStep { get; init; }

    /// <summary>A fingerprint of the batch that comes next. A run that is resumed with another one trains on another text.</summary>
    public string? NextBatch { get; init; }
}
