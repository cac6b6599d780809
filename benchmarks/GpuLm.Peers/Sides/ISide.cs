using GpuLm.Tests.Golden;

namespace GpuLm.Peers;

/// <summary>One of the programs compared: it holds a model and makes whole training steps with it.</summary>
interface ISide : IDisposable
{
    string Name { get; }

    /// <summary>Forward, backward, clipping and AdamW on one batch.</summary>
    /// <returns>The loss before the update.</returns>
    double Step(int[] inputs, int[] targets);
}

/// <summary>What both sides are told about the optimizer.</summary>
static class Optimizer
{
    // The clip lies between the golden models' gradient norms, so that some of their steps are clipped and others are not.
    public const double LearningRate = 1e-3, Beta1 = 0.9, Beta2 = 0.95, Epsilon = 1e-8, WeightDecay = 0.1, Clip = 2.75;

    public static GoldenOptimizer Golden { get; } = new(LearningRate, Beta1, Beta2, Epsilon, WeightDecay, Clip);
}
