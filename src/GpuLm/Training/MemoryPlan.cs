using GpuLm.Models;

namespace GpuLm.Training;

/// <summary>Bytes that training needs on the device.</summary>
/// <param name="Parameters">The weights: fp32, bf16, or both.</param>
/// <param name="Gradients">Their gradients.</param>
/// <param name="Moments">AdamW's two moments.</param>
/// <param name="Activations">What the forward pass keeps for the backward pass, and what flows back.</param>
/// <param name="Other">The batch's tokens and the step's figures.</param>
public sealed record MemoryPlan(long Parameters, long Gradients, long Moments, long Activations, long Other)
{
    /// <summary>Batches beyond this are not looked for.</summary>
    const int MostSequences = 1 << 20;

    /// <summary>All of it.</summary>
    public long Total => Parameters + Gradients + Moments + Activations + Other;

    /// <summary>What a training run needs.</summary>
    /// <exception cref="GpuLmException">A batch has more tokens than can be counted.</exception>
    public static MemoryPlan Of(GptConfig config, TrainingOptions options, ModelFormat format)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(format);
        var layout = new GptLayout(config);
        int length = options.LengthFor(config);
        if ((long)options.Batch * length > int.MaxValue)
        {
            throw new GpuLmException(
                $"A batch of {options.Batch} sequences of {length} tokens has more than {int.MaxValue} tokens. Use a smaller --batch; "
                + "--accumulate makes up for it.");
        }
        var activations = new ActivationPlan(options.Batch, length, format.Precision, options.Recompute);
        return new MemoryPlan(
            GptParameters.RequiredBytes(layout, format), layout.Length * sizeof(float), AdamWMoments.RequiredBytes(layout),
            activations.RequiredBytes(config) + GptGradients.FlowBytes(config, options.Batch, length, format),
            TokenBatch.RequiredBytes((long)options.Batch * length) + StepFigures.RequiredBytes());
    }

    /// <summary>The largest batch whose training fits, whatever the options' own batch is; 0 where none does.</summary>
    /// <param name="config">The model.</param>
    /// <param name="options">All else.</param>
    /// <param name="format">The model's numbers.</param>
    /// <param name="bytes">What there is.</param>
    public static int LargestBatch(GptConfig config, TrainingOptions options, ModelFormat format, long bytes)
    {
        ArgumentNullException.ThrowIfNull(options);
        int fits = 0, tooLarge = (int)Math.Min(MostSequences, int.MaxValue / options.LengthFor(config)) + 1;
        while (tooLarge - fits > 1)
        {
            int batch = fits + (tooLarge - fits) / 2;
            if (Of(config, options with { Batch = batch }, format).Total <= bytes) fits = batch;
            else tooLarge = batch;
        }
        return fits;
    }
}
