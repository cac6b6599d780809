using GpuLm.Kernels.AdamW;
using GpuLm.Kernels.Common;
using GpuLm.Models;

namespace GpuLm.Training;

/// <summary>
/// One update of a model: forward and backward, clipping, AdamW (Loshchilov and Hutter, 2019). Holds what that needs besides the model:
/// activations, gradients, optimizer and the batch. A step allocates nothing on the device; on the managed heap only ILGPU's CPU
/// accelerator allocates, one small record a launch. The host waits for the device once, at the end, to read the loss and the norm.
/// </summary>
public sealed class TrainingStep : IDisposable
{
    readonly Gpt model;
    readonly TrainingOptions options;
    readonly StepFigures figures;
    readonly Optimizer optimizer;
    readonly LaunchSequence firstPass, laterPass, update, measure, apply;

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
        Length = options.LengthFor(model.Config);
        Guard.Require(
            Length <= model.Config.ContextLength,
            $"Sequences of {Length} tokens do not fit the model's context of {model.Config.ContextLength}.", nameof(options));
        Activations = new GptActivations(model, Batch, Length, options.Recompute);
        Gradients = new GptGradients(model, Batch, Length);
        optimizer = new Optimizer(model, options);
        figures = new StepFigures(model);
        Tokens = new TokenBatch(model.Device, model.Config, Batch, Length);
        firstPass = new LaunchSequence(model.Device, () => LaunchPass(accumulate: false), options.UseGraph);
        laterPass = new LaunchSequence(model.Device, () => LaunchPass(accumulate: true), options.UseGraph);
        update = new LaunchSequence(model.Device, LaunchUpdate, options.UseGraph);
        measure = new LaunchSequence(model.Device, LaunchNorm, options.UseGraph);
        apply = new LaunchSequence(model.Device, LaunchOptimizer, options.UseGraph);
    }

    /// <summary>B, sequences in a batch.</summary>
    public int Batch { get; }

    /// <summary>T, tokens in a sequence.</summary>
    public int Length { get; }

    /// <summary>Updates applied so far: the count that AdamW corrects its moments by.</summary>
    public int Updates { get; private set; }

    /// <summary>The gradients of the last update.</summary>
    public GptGradients Gradients { get; }

    /// <summary>The optimizer's moments.</summary>
    public AdamWMoments Moments => optimizer.Moments;

    internal GptActivations Activations { get; }

    internal TokenBatch Tokens { get; }

    /// <summary>What each token's loss counts in the step's loss.</summary>
    internal float LossScale => 1f / (Batch * Length) / options.Accumulate;

    /// <summary>Bytes on the device, the model's parameters included.</summary>
    public long Bytes =>
        model.Parameters.Bytes + Activations.Bytes + Gradients.Bytes + optimizer.Bytes + figures.Bytes + Tokens.Bytes;

    /// <summary>One update on one batch.</summary>
    /// <param name="inputs">Tokens [B, T].</param>
    /// <param name="targets">The token that follows each; -1 for none.</param>
    /// <param name="learningRate">The learning rate of this update.</param>
    /// <returns>The mean loss in nats, and the gradient's norm before clipping.</returns>
    /// <exception cref="ArgumentException">The batch is not [B, T], or the options accumulate several.</exception>
    /// <exception cref="GpuLmException">
    /// A token is not in the vocabulary, or the loss or the gradient is not finite. The update is not applied, and counts as none.
    /// </exception>
    public (float Loss, float GradientNorm) Run(ReadOnlySpan<int> inputs, ReadOnlySpan<int> targets, float learningRate)
    {
        int n = Batch * Length;
        Guard.Require(options.Accumulate == 1, $"A step accumulates {options.Accumulate} batches; this is one.", nameof(inputs));
        Guard.Require(inputs.Length == n, $"{Batch} sequences of {Length} tokens are {n} inputs, not {inputs.Length}.", nameof(inputs));
        Guard.Require(targets.Length == n, $"{Batch} sequences of {Length} tokens are {n} targets, not {targets.Length}.", nameof(targets));
        inputs.CopyTo(Tokens.HostInputs);
        targets.CopyTo(Tokens.HostTargets);
        Pass(first: true);
        var (loss, norm, fault) = Update(learningRate, new StepJudge(outlierThreshold: null));
        if (fault is null) return (loss, norm);
        throw new GpuLmException(
            $"The loss is {loss} and the gradient's norm is {norm}; the update was not applied. "
            + "Lower the learning rate, lengthen the warm-up, or clip more tightly.");
    }

    /// <summary>
    /// Forward and backward on <see cref="Tokens"/>, as the caller filled them. The first pass of an update overwrites loss and gradients,
    /// later ones add to them.
    /// </summary>
    internal void Pass(bool first)
    {
        Tokens.Upload(Batch * Length);
        (first ? firstPass : laterPass).Run();
    }

    /// <summary>Clips the gradients, which all passes of the update share, and applies them unless the judge finds a fault.</summary>
    internal StepOutcome Update(float learningRate, StepJudge judge)
    {
        optimizer.Prepare(learningRate, Updates + 1);
        // A gradient that is not finite the device does not apply, so that the host need not look in between.
        (judge.MustSeeFirst ? measure : update).Run();
        var (lossSum, norm) = figures.Read();
        float loss = lossSum / options.Accumulate;
        var fault = judge.Judge(loss, norm);
        if (fault is null)
        {
            if (judge.MustSeeFirst) apply.Run();
            Updates++;
        }
        return new StepOutcome(loss, norm, fault);
    }

    /// <summary>Counts the updates that were made before, so that the next one has the number that follows.</summary>
    internal void ContinueFrom(int updates) => Updates = updates;

    /// <summary>The sum of the first losses that the last forward pass left, in nats.</summary>
    internal double SumLosses(long count) => figures.SumLosses(Activations.Tensors.Losses, count);

    /// <inheritdoc/>
    public void Dispose()
    {
        apply.Dispose();
        measure.Dispose();
        update.Dispose();
        laterPass.Dispose();
        firstPass.Dispose();
        Tokens.Dispose();
        figures.Dispose();
        optimizer.Dispose();
        Gradients.Dispose();
        Activations.Dispose();
    }

    void LaunchPass(bool accumulate)
    {
        int n = Batch * Length;
        GptForward.Run(model, Activations, Tokens.Inputs, Batch, Length);
        GptBackward.Run(model, Activations, Gradients, Tokens.Inputs, Tokens.Targets, Batch, Length, LossScale, accumulate);
        figures.LaunchMeanLoss(Activations.Tensors.Losses, n, accumulate);
    }

    void LaunchUpdate()
    {
        LaunchNorm();
        LaunchOptimizer();
    }

    void LaunchNorm() => figures.LaunchGradientNorm(Gradients.Arena, model.Layout.Length);

    void LaunchOptimizer() => optimizer.Launch(Gradients.Arena, figures.GradientNorm);
}
