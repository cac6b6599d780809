using GpuLm.Models;
using GpuLm.Training;

namespace GpuLm.Cli.Training;

/// <summary>What <c>gpulm train</c> was asked to do, checked as far as the command line alone can be.</summary>
/// <param name="Texts">Files and folders to train on; none means the built-in stories.</param>
/// <param name="Tokenizer"><c>byte</c> or <c>char</c>.</param>
/// <param name="Shape">The model; its vocabulary is not known before the text is read, and is 1 here.</param>
/// <param name="Options">The training run.</param>
/// <param name="Device">The device that runs, as the user named it.</param>
/// <param name="Precision">The precision that the user named; nothing means the fastest that is possible.</param>
/// <param name="MasterWeights">Whether a model in bf16 keeps fp32 matrices too.</param>
/// <param name="Folder">The run's folder; nothing chooses a fresh one.</param>
sealed record TrainSettings(
    IReadOnlyList<string> Texts, string Tokenizer, GptConfig Shape, TrainingOptions Options, string Device, Precision? Precision,
    bool MasterWeights, string? Folder)
{
    /// <summary>Tokens of one update.</summary>
    public long TokensPerStep => (long)Options.Batch * Options.Accumulate * Shape.ContextLength;
}
