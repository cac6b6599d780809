namespace GpuLm.Training;

/// <summary>Why a step is not applied.</summary>
public enum StepFault
{
    /// <summary>Its loss or its gradient is infinite or not a number.</summary>
    NotFinite,

    /// <summary>Its loss is far above those of the steps before.</summary>
    LossOutlier,

    /// <summary>Its gradient's norm is far above those of the steps before.</summary>
    GradientOutlier,
}

/// <summary>What a step computed, and whether it was applied.</summary>
/// <param name="Loss">Mean cross-entropy of its tokens, in nats.</param>
/// <param name="GradientNorm">Euclidean norm of the gradient before clipping; NaN where the loss is not finite.</param>
/// <param name="Fault">Why the weights were left as they were; null where they were updated.</param>
public readonly record struct StepOutcome(float Loss, float GradientNorm, StepFault? Fault);
