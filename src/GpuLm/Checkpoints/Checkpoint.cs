using GpuLm.Models;
using GpuLm.Tokenization;
using GpuLm.Training;

namespace GpuLm.Checkpoints;

/// <summary>
/// The content of a checkpoint's folder: a model directory with the optimizer's moments. What a bf16 model without fp32 masters holds is
/// exact in F32, so that a run in any format goes on with the same bits.
/// </summary>
public static class Checkpoint
{
    /// <summary>Room for the small files: configuration and tokenizer.</summary>
    const long OtherBytes = 1 << 20;

    /// <summary>What a checkpoint needs on the disk.</summary>
    /// <param name="layout">The model's parameters.</param>
    public static long Bytes(GptLayout layout) => GptWeights.Bytes(layout) + OptimizerFile.Bytes(layout) + OtherBytes;

    /// <summary>Writes model, tokenizer and moments; one tensor at a time is copied from the device.</summary>
    /// <exception cref="GpuLmException">The folder cannot be written.</exception>
    public static void Write(string folder, Gpt model, Trainer trainer, ITokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(trainer);
        ModelDirectory.Save(folder, model.Layout, model.ReadParameters, tokenizer);
        OptimizerFile.Save(folder, model.Layout, trainer.Moments.ReadFirst, trainer.Moments.ReadSecond);
    }

    /// <summary>Puts model and trainer where they were when the checkpoint was written.</summary>
    /// <param name="folder">The checkpoint's folder.</param>
    /// <param name="model">A model of the checkpoint's shape.</param>
    /// <param name="trainer">Its trainer.</param>
    /// <param name="state">The checkpoint's state.</param>
    /// <exception cref="GpuLmException">A file is missing, damaged, or of another model.</exception>
    public static void Restore(string folder, Gpt model, Trainer trainer, TrainingState state)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(trainer);
        ModelDirectory.ReadParameters(folder, model.Layout, (slot, values) => model.WriteParameters(slot, values));
        OptimizerFile.Load(
            folder, model.Layout, (slot, values) => trainer.Moments.WriteFirst(slot, values),
            (slot, values) => trainer.Moments.WriteSecond(slot, values));
        trainer.ContinueFrom(state);
    }
}
