using GpuLm.Kernels.AdamW;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.GradientNorm;
using GpuLm.Kernels.Reduction;
using GpuLm.Models;
using GpuLm.Tensors;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Training;

/// <summary>
/// One update of a model: forward and backward, clipping, AdamW (Loshchilov and Hutter, 2019). Holds what that needs besides the model:
/// activations, gradients, both moments and the batch. A step allocates nothing on the device; on the managed heap only ILGPU's CPU
/// accelerator allocates, one small record a launch.
/// </summary>
public sealed class TrainingStep : IDisposable
{
    readonly Gpt model;
    readonly TrainingOptions options;
    readonly Arena moments, figures;
    readonly ArrayView<float> firstMoment, secondMoment, workspace, figure, gradientNorm;
    readonly float[] host = new float[1];

    /// <summary>Allocates all that the updates of a model need.</summary>
    /// <param name="model">The model, which is updated in place; the caller disposes it after this.</param>
    /// <param name="options">Batch, sequence length, AdamW and clipping.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="GpuLmException">The device has not enough memory.</exception>
    public TrainingStep(Gpt model, TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        (this.model, this.options) = (model, options.Validate());
        Batch = options.Batch;
        Length = options.SequenceLength == 0 ? model.Config.ContextLength : options.SequenceLength;
        Guard.Require(
            Length <= model.Config.ContextLength,
            $"Sequences of {Length} tokens do not fit the model's context of {model.Config.ContextLength}.", nameof(options));
        var device = model.Device;
        Activations = new GptActivations(device, model.Config, Batch, Length, keepForBackward: true);
        Gradients = new GptGradients(model, Batch, Length);
        moments = new Arena(device, 2 * model.Layout.Length, "moments");
        firstMoment = moments.View.SubView(0, model.Layout.Length);
        secondMoment = moments.View.SubView(model.Layout.Length, model.Layout.Length);
        figures = new Arena(device, Reduction.WorkspaceLength + GradientNorm.WorkspaceLength + 2 * ArenaCutter.Alignment, "figures");
        var cutter = new ArenaCutter(figures.View);
        workspace = cutter.Take(Math.Max(Reduction.WorkspaceLength, GradientNorm.WorkspaceLength));
        figure = cutter.Take(1);
        gradientNorm = cutter.Take(1);
        Tokens = new TokenBatch(device, model.Config, Batch, Length);
    }

    /// <summary>B, sequences in a batch.</summary>
    public int Batch { get; }

    /// <summary>T, tokens in a sequence.</summary>
    public int Length { get; }

    /// <summary>Updates made so far.</summary>
    public int Updates { get; private set; }

    /// <summary>The gradients of the last update.</summary>
    public GptGradients Gradients { get; }

    internal GptActivations Activations { get; }

    internal TokenBatch Tokens { get; }

    /// <summary>One update on one batch.</summary>
    /// <param name="inputs">Tokens [B, T].</param>
    /// <param name="targets">The token that follows each; -1 for none.</param>
    /// <param name="learningRate">The learning rate of this update.</param>
    /// <returns>The mean loss in nats, and the gradient's norm before clipping.</returns>
    /// <exception cref="ArgumentException">The batch is not [B, T].</exception>
    /// <exception cref="GpuLmException">
    /// A token is not in the vocabulary, or the loss or the gradient is not finite. The update is not applied.
    /// </exception>
    public (float Loss, float GradientNorm) Run(ReadOnlySpan<int> inputs, ReadOnlySpan<int> targets, float learningRate)
    {
        int n = Batch * Length;
        Guard.Require(inputs.Length == n, $"{Batch} sequences of {Length} tokens are {n} inputs, not {inputs.Length}.", nameof(inputs));
        Guard.Require(targets.Length == n, $"{Batch} sequences of {Length} tokens are {n} targets, not {targets.Length}.", nameof(targets));
        inputs.CopyTo(Tokens.HostInputs);
        targets.CopyTo(Tokens.HostTargets);
        return Update(Pass(0, 1), learningRate);
    }

    /// <summary>Forward and backward on <see cref="Tokens"/>, as the caller filled them. An update averages all passes.</summary>
    /// <returns>This pass's share of the mean loss.</returns>
    internal double Pass(int pass, int passes)
    {
        int n = Batch * Length;
        Tokens.Upload(n);
        GptForward.Run(model, Activations, Tokens.Inputs, Batch, Length);
        GptBackward.Run(model, Activations, Gradients, Tokens.Inputs, Tokens.Targets, Batch, Length, 1f / n / passes, accumulate: pass > 0);
        model.Kernels.Reduction.Mean(Activations.Tensors.Losses, n, workspace, figure);
        return Read(figure) / passes;
    }

    /// <summary>Clips the gradients and applies them.</summary>
    /// <exception cref="GpuLmException">The loss or the gradient is not finite. The update is not applied.</exception>
    internal (float Loss, float GradientNorm) Update(double loss, float learningRate)
    {
        long parameters = model.Layout.Length;
        model.Kernels.GradientNorm.Compute(Gradients.Tensors.Arena, parameters, workspace, gradientNorm);
        // A norm that is not finite makes AdamW leave everything as it is, without the host having to wait for it.
        if (double.IsFinite(loss))
        {
            model.Kernels.AdamW.Prepare(
                new AdamWStep(learningRate, options.Beta1, options.Beta2, options.Epsilon, options.WeightDecay, Updates + 1, options.Clip));
            model.Kernels.AdamW.Step(
                model.Parameters.Arena, Gradients.Tensors.Arena, firstMoment, secondMoment, gradientNorm, parameters, model.Layout.DecayLength);
        }
        float norm = Read(gradientNorm);
        if (!double.IsFinite(loss) || !float.IsFinite(norm))
        {
            throw new GpuLmException(
                $"Step {Updates + 1}: the loss is {loss} and the gradient's norm is {norm}; the update was not applied. "
                + "Lower the learning rate, lengthen the warm-up, or clip more tightly.");
        }
        Updates++;
        return ((float)loss, norm);
    }

    /// <summary>The sum of the first losses that the last forward pass left, in nats.</summary>
    internal double SumLosses(long count)
    {
        model.Kernels.Reduction.Sum(Activations.Tensors.Losses, count, workspace, figure);
        return Read(figure);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Tokens.Dispose();
        figures.Dispose();
        moments.Dispose();
        Gradients.Dispose();
        Activations.Dispose();
    }

    float Read(ArrayView<float> value)
    {
        value.CopyToCPU(model.Device.Stream, host);
        model.Device.Synchronize();
        return host[0];
    }
}
