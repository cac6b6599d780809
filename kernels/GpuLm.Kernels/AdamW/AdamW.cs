using GpuLm.Kernels.Common;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Kernels.AdamW;

/// <summary>
/// AdamW (Loshchilov, Hutter, "Decoupled Weight Decay Regularization", 2019) over a whole parameter arena, with clipping by the global
/// norm; the same update as PyTorch's <c>torch.optim.AdamW</c>.
/// </summary>
/// <param name="device">The device to launch on.</param>
public sealed class AdamW(ComputeDevice device)
{
    readonly Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>,
        ArrayView<float>, long, long, AdamWFactors> step =
        device.Load<Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>,
            ArrayView<float>, long, long, AdamWFactors>>(AdamWKernels.Step);

    /// <summary>
    /// Updates parameters and moments in one pass. The gradient is scaled by clip / norm where its norm exceeds clip. Where the norm is
    /// infinite or NaN the step is not applied: parameters and moments keep their bits, and the caller, who sees the norm later, stops.
    /// </summary>
    /// <param name="parameters">[length]; updated.</param>
    /// <param name="gradients">[length]; kept.</param>
    /// <param name="first">[length], the first moment, zeros before the first step; updated.</param>
    /// <param name="second">[length], the second moment, zeros before the first step; updated.</param>
    /// <param name="gradientNorm">One element: the norm of all gradients, as <see cref="GradientNorm.GradientNorm"/> leaves it.</param>
    /// <param name="length">Elements, 1 or more.</param>
    /// <param name="decayLength">The first so many elements decay, the rest do not.</param>
    /// <param name="numbers">Learning rate, decays and the step's number.</param>
    /// <exception cref="ArgumentException">A view is shorter than its shape, or a number is out of its range.</exception>
    public void Step(
        ArrayView<float> parameters, ArrayView<float> gradients, ArrayView<float> first, ArrayView<float> second,
        ArrayView<float> gradientNorm, long length, long decayLength, AdamWStep numbers)
    {
        Guard.Positive(length);
        Guard.Holds(parameters, length);
        Guard.Holds(gradients, length);
        Guard.Holds(first, length);
        Guard.Holds(second, length);
        Guard.Holds(gradientNorm, 1);
        Guard.Require(
            decayLength >= 0 && decayLength <= length, $"decayLength is {decayLength}; it must lie in [0, {length}].", nameof(decayLength));
        Guard.Require(numbers.Step >= 1, $"The step's number is {numbers.Step}; the first step is 1.", nameof(numbers));
        Guard.Require(
            numbers.Beta1 is >= 0 and < 1 && numbers.Beta2 is >= 0 and < 1,
            $"Beta1 is {numbers.Beta1} and Beta2 is {numbers.Beta2}; both must lie in [0, 1).", nameof(numbers));
        Guard.Require(numbers.Epsilon > 0, $"Epsilon is {numbers.Epsilon}; it must be positive.", nameof(numbers));
        step(
            device.Stream, device.Elements(length), parameters, gradients, first, second, gradientNorm, length, decayLength,
            new AdamWFactors(numbers));
    }
}
