using GpuLm.Kernels.AdamW;
using GpuLm.Models;
using ILGPU;

namespace GpuLm.Training;

/// <summary>AdamW on a model's parameters, however they are kept, with its two moments.</summary>
sealed class Optimizer : IDisposable
{
    readonly Gpt model;
    readonly TrainingOptions options;

    public Optimizer(Gpt model, TrainingOptions options)
    {
        (this.model, this.options) = (model, options);
        Moments = new AdamWMoments(model.Device, model.Layout);
    }

    public AdamWMoments Moments { get; }

    public long Bytes => Moments.Bytes;

    /// <summary>Hands the numbers of the update with this number to the device, where <see cref="Launch"/> finds them.</summary>
    public void Prepare(float learningRate, int number) =>
        model.Kernels.AdamW.Prepare(
            new AdamWStep(learningRate, options.Beta1, options.Beta2, options.Epsilon, options.WeightDecay, number, options.Clip));

    /// <summary>Updates parameters and moments; where the norm is not finite, nothing.</summary>
    public void Launch(ArrayView<float> gradients, ArrayView<float> gradientNorm)
    {
        var (adam, p, first, second) = (model.Kernels.AdamW, model.Parameters, Moments.First, Moments.Second);
        long length = model.Layout.Length, decayLength = model.Layout.DecayLength;
        if (model.Format.HasCopies) adam.Step(p.Masters, gradients, first, second, gradientNorm, length, decayLength, p.Copies);
        else if (p.HasMasters) adam.Step(p.Masters, gradients, first, second, gradientNorm, length, decayLength);
        else adam.StepWithoutMasters(p.Copies, p.Vectors, gradients, first, second, gradientNorm, length, decayLength, options.Seed);
    }

    public void Dispose() => Moments.Dispose();
}
