using System.Globalization;
using GpuLm.Checkpoints;
using GpuLm.Models;
using GpuLm.Tokenization;
using GpuLm.Training;

namespace GpuLm.Cli.Training;

/// <summary>Saves a run: its checkpoints while it goes, the model itself at its end.</summary>
/// <param name="folder">The run's folder.</param>
/// <param name="keep">How many of the latest checkpoints stay; 0 keeps all.</param>
/// <param name="model">What is trained.</param>
/// <param name="trainer">What trains it.</param>
/// <param name="tokenizer">The tokenizer of the model's vocabulary.</param>
/// <param name="config">The run's settings.</param>
sealed class RunCheckpoints(string folder, int keep, Gpt model, Trainer trainer, ITokenizer tokenizer, TrainConfig config)
{
    readonly CheckpointStore store = new(folder, keep);
    float? bestLoss;
    int? bestStep;

    /// <summary>The run's folder.</summary>
    public string Folder => folder;

    /// <summary>Whether the run that goes on sees the batches that it would have seen.</summary>
    public bool SeesSameBatches { get; private set; } = true;

    /// <summary>Puts model and trainer where a checkpoint left them; <see cref="RemoveAfter"/> then changes what is on the disk.</summary>
    /// <returns>What that means, for the user.</returns>
    /// <exception cref="GpuLmException">The checkpoint is damaged.</exception>
    public IReadOnlyList<string> ContinueFrom(ResumePoint point)
    {
        point.Read(() => Checkpoint.Restore(point.Folder, model, trainer, point.State));
        var lines = new List<string>();
        if (CheckpointStore.FindLost(folder) is { } lost)
        {
            lines.Add($"missing  {lost}, the latest checkpoint, is not there any more: the run goes on from the newest one that is");
        }
        lines.Add( $"resume   {point.Folder}: step {point.State.Step}, {Units.Count(point.State.Tokens)} tokens");
        SeesSameBatches = point.State.NextBatch == trainer.CaptureState().NextBatch;
        if (!SeesSameBatches)
        {
            lines.Add("changed  the text, or how it is cut into batches: from here on the run sees other batches than it would have seen");
        }
        var later = CheckpointStore.StepsAfter(folder, point.State.Step);
        if (later.Count > 0) lines.Add($"removed  checkpoints of later steps: {string.Join(", ", later)}");
        return lines;
    }

    /// <summary>Removes what the run left of steps after a checkpoint's, and the model at its top: it is the run's no more.</summary>
    /// <exception cref="GpuLmException">The run's folder cannot be written.</exception>
    public void RemoveAfter(ResumePoint point)
    {
        var state = store.Rewind(point.State);
        (bestLoss, bestStep) = (state.BestLoss, state.BestStep);
        ModelDirectory.Remove(folder);
    }

    /// <summary>Saves a checkpoint.</summary>
    /// <param name="validationLoss">The loss of this step on the held-out text; nothing where it was not measured.</param>
    /// <param name="keepOlder">Whether all older checkpoints stay this time.</param>
    /// <returns>What was saved, for the user.</returns>
    /// <exception cref="GpuLmException">The disk is full or cannot be written; the checkpoint before stays.</exception>
    public string Save(float? validationLoss, bool keepOlder = false)
    {
        var state = trainer.CaptureState() with { BestLoss = bestLoss, BestStep = bestStep };
        bool isBest = validationLoss is { } loss && float.IsFinite(loss) && !(loss >= bestLoss);
        if (isBest) state = state with { BestLoss = validationLoss, BestStep = state.Step };
        store.Save(state, Checkpoint.Bytes(model.Layout), Write, keepOlder);
        (bestLoss, bestStep) = (state.BestLoss, state.BestStep);
        return string.Create(CultureInfo.InvariantCulture, $"Saved step {state.Step}{(isBest ? ", the best so far" : "")}.");
    }

    /// <summary>Tells, for the user, that the disk has no room for a checkpoint; nothing where it has.</summary>
    public string? Shortage()
    {
        long bytes = Checkpoint.Bytes(model.Layout);
        return store.Shortage(bytes) is { } shortage ? $"a checkpoint needs {Units.Bytes(bytes)}, and {shortage}" : null;
    }

    /// <summary>Puts the model of the latest checkpoint at the top of the run's folder.</summary>
    /// <exception cref="GpuLmException">The disk is full or cannot be written; the checkpoint stays.</exception>
    public static void Publish(string folder) => ModelDirectory.Copy(CheckpointStore.FindLatest(folder)!, folder);

    void Write(string checkpoint)
    {
        Checkpoint.Write(checkpoint, model, trainer, tokenizer);
        config.Write(checkpoint);
    }
}
