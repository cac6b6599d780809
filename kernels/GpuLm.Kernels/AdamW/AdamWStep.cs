namespace GpuLm.Kernels.AdamW;

/// <summary>One AdamW update's numbers (Loshchilov, Hutter, "Decoupled Weight Decay Regularization", 2019).</summary>
/// <param name="LearningRate">The learning rate of this step.</param>
/// <param name="Beta1">Decay of the first moment, in [0, 1).</param>
/// <param name="Beta2">Decay of the second moment, in [0, 1).</param>
/// <param name="Epsilon">Added to the root of the second moment.</param>
/// <param name="WeightDecay">Decoupled decay: a decaying parameter is first multiplied by 1 - LearningRate * WeightDecay.</param>
/// <param name="Step">This update's number, from 1: the moments are corrected by 1 - beta^Step.</param>
/// <param name="Clip">The gradient is scaled so that its norm is at most this; 0 turns clipping off.</param>
public readonly record struct AdamWStep(
    double LearningRate, double Beta1, double Beta2, double Epsilon, double WeightDecay, int Step, float Clip = 0);

/// <summary>What the kernel needs of an <see cref="AdamWStep"/>, worked out in double on the host and rounded once.</summary>
/// <param name="step">The update.</param>
public readonly struct AdamWFactors(AdamWStep step)
{
    /// <summary>The largest norm that a gradient keeps; 0 keeps all.</summary>
    public float Clip { get; } = step.Clip;

    /// <summary>1 - LearningRate * WeightDecay.</summary>
    public float Keep { get; } = (float)(1 - step.LearningRate * step.WeightDecay);

    /// <summary>1 - Beta1, the weight of the new gradient in the first moment.</summary>
    public float First { get; } = (float)(1 - step.Beta1);

    /// <summary>Beta2, the weight of the old second moment.</summary>
    public float Beta2 { get; } = (float)step.Beta2;

    /// <summary>1 - Beta2, the weight of the new square in the second moment.</summary>
    public float Second { get; } = (float)(1 - step.Beta2);

    /// <summary>1 / sqrt(1 - Beta2^Step).</summary>
    public float RootCorrection { get; } = (float)(1 / Math.Sqrt(1 - Math.Pow(step.Beta2, step.Step)));

    /// <summary>Added to the corrected root.</summary>
    public float Epsilon { get; } = (float)step.Epsilon;

    /// <summary>LearningRate / (1 - Beta1^Step).</summary>
    public float StepSize { get; } = (float)(step.LearningRate / (1 - Math.Pow(step.Beta1, step.Step)));

    /// <summary>The update's number, from 1.</summary>
    public int Step { get; } = step.Step;
}
