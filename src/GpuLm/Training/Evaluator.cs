using GpuLm.Data;
using GpuLm.Models;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Training;

/// <summary>Measures a model's loss on the whole held-out part of a text.</summary>
public sealed class Evaluator : IDisposable
{
    readonly Gpt model;
    readonly int batch, length;
    readonly GptActivations activations;
    readonly TokenBatch tokens;

    /// <summary>Allocates the activations of a batch.</summary>
    /// <param name="model">The model; the caller disposes it after the evaluator.</param>
    /// <param name="batch">Sequences at a time.</param>
    /// <param name="length">Tokens in a sequence, at most the model's context.</param>
    /// <exception cref="GpuLmException">The device has not enough memory.</exception>
    public Evaluator(Gpt model, int batch, int length)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, model.Config.ContextLength);
        (this.model, this.batch, this.length) = (model, batch, length);
        activations = new GptActivations(model, batch, length, backward: null);
        tokens = new TokenBatch(model.Device, model.Config, batch, length);
    }

    /// <summary>
    /// The mean cross-entropy, in nats per token, over windows that cover the held-out part without overlap. A rest that is shorter than a
    /// window is left out.
    /// </summary>
    /// <returns>The loss, and the number of tokens that were predicted.</returns>
    /// <exception cref="GpuLmException">The text is shorter than a window, or its tokens are not the model's.</exception>
    public (double Loss, long Tokens) Evaluate(TokenDataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var losses = new float[batch * length];
        int batches = Math.Max(1, data.ValidationBatches(batch, length));
        double sum = 0;
        long counted = 0;
        for (int i = 0; i < batches; i++)
        {
            int rows = data.FillValidation(i, batches, tokens.HostInputs, tokens.HostTargets, batch, length), n = rows * length;
            tokens.Upload(n);
            GptForward.Run(model, activations, tokens.Inputs, rows, length);
            GptForward.Losses(model, activations, tokens.Targets, n);
            activations.Tensors.Losses.SubView(0, n).CopyToCPU(model.Device.Stream, losses.AsSpan(0, n));
            model.Device.Synchronize();
            for (int token = 0; token < n; token++) sum += losses[token];
            counted += n;
        }
        return (sum / counted, counted);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        tokens.Dispose();
        activations.Dispose();
    }
}
