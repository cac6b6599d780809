using System.Diagnostics;
using GpuLm.Data;
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
/// Trains a model on a text with AdamW: batches, forward, backward, clipping, update, validation. A step allocates nothing on the device;
/// on the managed heap only ILGPU's CPU accelerator allocates, one small record a launch.
/// </summary>
public sealed class Trainer : IDisposable
{
    readonly Gpt model;
    readonly TokenDataset data;
    readonly TrainingOptions options;
    readonly int batch, length;
    readonly GptActivations activations;
    readonly GptGradients gradients;
    readonly Arena moments, figures;
    readonly ArrayView<float> firstMoment, secondMoment, workspace, lossSum, gradientNorm;
    readonly TokenBatch tokens;
    readonly float[] host = new float[1];

    /// <summary>Allocates all that training needs: gradients, moments and activations.</summary>
    /// <param name="model">The model, which is updated in place; the caller disposes it after the trainer.</param>
    /// <param name="data">The text.</param>
    /// <param name="options">How to train.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="GpuLmException">The text is too short, the vocabularies differ, or the device has not enough memory.</exception>
    public Trainer(Gpt model, TokenDataset data, TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        (this.model, this.data, this.options) = (model, data, options.Validate());
        batch = options.Batch;
        length = options.SequenceLength == 0 ? model.Config.ContextLength : options.SequenceLength;
        Guard.Require(
            length <= model.Config.ContextLength, $"Sequences of {length} tokens do not fit the model's context of {model.Config.ContextLength}.", nameof(options));
        data.RequireLength(length);
        var device = model.Device;
        activations = new GptActivations(device, model.Config, batch, length, keepForBackward: true);
        gradients = new GptGradients(model, batch, length);
        moments = new Arena(device, 2 * model.Layout.Length, "moments");
        firstMoment = moments.View.SubView(0, model.Layout.Length);
        secondMoment = moments.View.SubView(model.Layout.Length, model.Layout.Length);
        figures = new Arena(device, Reduction.WorkspaceLength + GradientNorm.WorkspaceLength + 2 * ArenaCutter.Alignment, "figures");
        var cutter = new ArenaCutter(figures.View);
        workspace = cutter.Take(Math.Max(Reduction.WorkspaceLength, GradientNorm.WorkspaceLength));
        lossSum = cutter.Take(1);
        gradientNorm = cutter.Take(1);
        tokens = new TokenBatch(device, model.Config, batch, length);
    }

    /// <summary>Updates made so far.</summary>
    public int StepsDone { get; private set; }

    /// <summary>Tokens trained on so far.</summary>
    public long TokensSeen => (long)StepsDone * TokensPerStep;

    /// <summary>B T times the passes of a step.</summary>
    public long TokensPerStep => (long)batch * length * options.Accumulate;

    /// <summary>The device's peak FLOP/s, if it was measured: reports then carry the utilization.</summary>
    public double PeakFlops { get; init; } = double.NaN;

    /// <summary>The gradients of the last step.</summary>
    public GptGradients Gradients => gradients;

    /// <summary>Bytes that training a model needs on the device: parameters, gradients, two moments and activations.</summary>
    public static MemoryPlan Plan(GptConfig config, TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var layout = new GptLayout(config);
        int length = options.SequenceLength == 0 ? config.ContextLength : options.SequenceLength;
        return new MemoryPlan(
            layout.Length * sizeof(float), layout.Length * sizeof(float), 2 * layout.Length * sizeof(float),
            (GptActivations.RequiredLength(config, options.Batch, length, keepForBackward: true)
                + GptGradients.FlowLength(config, options.Batch, length)) * sizeof(float));
    }

    /// <summary>Trains until the options' end.</summary>
    /// <param name="onStep">Called after each step.</param>
    /// <param name="cancellation">Ends training after the running step.</param>
    /// <exception cref="GpuLmException">The loss or the gradient is no longer finite. The update that would have followed is not applied.</exception>
    public void Run(Action<StepReport> onStep, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(onStep);
        var clock = Stopwatch.StartNew();
        while (!cancellation.IsCancellationRequested && Progress(clock.Elapsed) < 1)
        {
            double start = clock.Elapsed.TotalSeconds;
            float learningRate = LearningRateSchedule.At(options, StepsDone, Progress(clock.Elapsed));
            var (loss, norm) = Step(learningRate);
            double seconds = clock.Elapsed.TotalSeconds - start, tokensPerSecond = TokensPerStep / seconds;
            bool last = Progress(clock.Elapsed) >= 1;
            bool validates = last || (options.EvaluateEvery > 0 && StepsDone % options.EvaluateEvery == 0);
            float? validationLoss = validates ? (float)Validate() : null;
            onStep(new StepReport(
                StepsDone, TokensSeen, clock.Elapsed.TotalSeconds, loss, validationLoss,
                validationLoss is { } nats ? data.BitsPerByte(nats) : null, learningRate, norm, tokensPerSecond,
                tokensPerSecond * model.Config.FlopsPerToken(length) / PeakFlops));
        }
    }

    /// <summary>One update: forward and backward on each of the step's batches, clipping, AdamW.</summary>
    /// <param name="learningRate">The learning rate of this step.</param>
    /// <returns>The mean loss in nats, and the gradient's norm before clipping.</returns>
    /// <exception cref="GpuLmException">The loss or the gradient is no longer finite. The update is not applied.</exception>
    public (float Loss, float GradientNorm) Step(float learningRate)
    {
        int n = batch * length;
        double loss = 0;
        for (int pass = 0; pass < options.Accumulate; pass++)
        {
            data.FillBatch(options.Seed, (long)StepsDone * options.Accumulate + pass, tokens.HostInputs, tokens.HostTargets, batch, length);
            tokens.Upload(n);
            GptForward.Run(model, activations, tokens.Inputs, batch, length);
            GptBackward.Run(
                model, activations, gradients, tokens.Inputs, tokens.Targets, batch, length, 1f / n / options.Accumulate, accumulate: pass > 0);
            model.Kernels.Reduction.Mean(activations.Tensors.Losses, n, workspace, lossSum);
            loss += Read(lossSum) / options.Accumulate;
        }
        long parameters = model.Layout.Length;
        model.Kernels.GradientNorm.Compute(gradients.Tensors.Arena, parameters, workspace, gradientNorm);
        model.Kernels.AdamW.Step(
            model.Parameters.Arena, gradients.Tensors.Arena, firstMoment, secondMoment, gradientNorm, parameters, model.Layout.DecayLength,
            new AdamWStep(learningRate, options.Beta1, options.Beta2, options.Epsilon, options.WeightDecay, StepsDone + 1, options.Clip));
        float norm = Read(gradientNorm);
        if (!double.IsFinite(loss) || !float.IsFinite(norm))
        {
            throw new GpuLmException(
                $"Step {StepsDone + 1}: the loss is {loss} and the gradient's norm is {norm}; the update was not applied. "
                + "Lower the learning rate, lengthen the warm-up, or clip more tightly.");
        }
        StepsDone++;
        return ((float)loss, norm);
    }

    /// <summary>The mean loss on the held-out text, in nats per token, over <see cref="TrainingOptions.EvaluateBatches"/> batches spread over it.</summary>
    public double Validate()
    {
        int batches = Math.Min(options.EvaluateBatches, data.ValidationBatches(batch, length));
        double sum = 0;
        long counted = 0;
        for (int i = 0; i < batches; i++)
        {
            int rows = data.FillValidation(i, batches, tokens.HostInputs, tokens.HostTargets, batch, length);
            tokens.Upload(rows * length);
            GptForward.Run(model, activations, tokens.Inputs, rows, length);
            GptForward.Losses(model, activations, tokens.Targets, rows * length);
            model.Kernels.Reduction.Sum(activations.Tensors.Losses, (long)rows * length, workspace, lossSum);
            sum += Read(lossSum);
            counted += (long)rows * length;
        }
        return sum / counted;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        tokens.Dispose();
        figures.Dispose();
        moments.Dispose();
        gradients.Dispose();
        activations.Dispose();
    }

    /// <summary>How much of the run is done, 0 to 1: by the clock where a duration is set, else by steps.</summary>
    double Progress(TimeSpan elapsed) => options.Duration is { } duration ? elapsed / duration : (double)StepsDone / options.Steps;

    float Read(ArrayView<float> figure)
    {
        figure.CopyToCPU(model.Device.Stream, host);
        model.Device.Synchronize();
        return host[0];
    }
}

/// <summary>Bytes that training needs on the device.</summary>
/// <param name="Parameters">The weights.</param>
/// <param name="Gradients">Their gradients.</param>
/// <param name="Moments">AdamW's two moments.</param>
/// <param name="Activations">What the forward pass keeps for the backward pass, and what flows back.</param>
public sealed record MemoryPlan(long Parameters, long Gradients, long Moments, long Activations)
{
    /// <summary>All of it.</summary>
    public long Total => Parameters + Gradients + Moments + Activations;
}
