using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda.Rows;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Kernels.AdamW;

/// <summary>
/// AdamW (Loshchilov, Hutter, "Decoupled Weight Decay Regularization", 2019) over a whole parameter arena, with clipping by the global
/// norm; the same update as PyTorch's <c>torch.optim.AdamW</c>. Each update is a <see cref="Prepare"/>, which hands the step's numbers to
/// the device, and then one of the steps, which only launch, so that a captured sequence may hold them.
/// </summary>
/// <remarks>
/// The gradient is scaled by clip / norm where its norm exceeds clip. Where the norm is infinite or NaN the step is not applied: parameters
/// and moments keep their bits, and the caller, who sees the norm later, stops.
/// </remarks>
/// <param name="device">The device to launch on.</param>
public sealed partial class AdamW(ComputeDevice device) : IDisposable
{
    readonly Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>,
        ArrayView<float>, ArrayView<AdamWFactors>, long, long> step =
        device.Load<Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>,
            ArrayView<float>, ArrayView<AdamWFactors>, long, long>>(AdamWKernels.Step);

    readonly MemoryBuffer1D<AdamWFactors, Stride1D.Dense> factors = device.Allocate<AdamWFactors>(1);
    readonly AdamWFactors[] host = new AdamWFactors[1];

    /// <summary>Hands the next update's numbers to the device, after everything that was launched has finished.</summary>
    /// <param name="numbers">Learning rate, decays and the step's number.</param>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    public void Prepare(AdamWStep numbers)
    {
        Guard.Require(numbers.Step >= 1, $"The step's number is {numbers.Step}; the first step is 1.", nameof(numbers));
        Guard.Require(
            numbers.Beta1 is >= 0 and < 1 && numbers.Beta2 is >= 0 and < 1,
            $"Beta1 is {numbers.Beta1} and Beta2 is {numbers.Beta2}; both must lie in [0, 1).", nameof(numbers));
        Guard.Require(numbers.Epsilon > 0, $"Epsilon is {numbers.Epsilon}; it must be positive.", nameof(numbers));
        host[0] = new AdamWFactors(numbers);
        device.Upload<AdamWFactors>(host, factors.View.AsContiguous());
    }

    /// <summary>Updates parameters and moments in one pass.</summary>
    /// <param name="parameters">[length]; updated.</param>
    /// <param name="gradients">[length]; kept.</param>
    /// <param name="first">[length], the first moment, zeros before the first step; updated.</param>
    /// <param name="second">[length], the second moment, zeros before the first step; updated.</param>
    /// <param name="gradientNorm">One element: the norm of all gradients, as <see cref="GradientNorm.GradientNorm"/> leaves it.</param>
    /// <param name="length">Elements, 1 or more.</param>
    /// <param name="decayLength">The first so many elements decay, the rest do not.</param>
    /// <exception cref="ArgumentException">A view is shorter than its shape, or nothing was prepared.</exception>
    public void Step(
        ArrayView<float> parameters, ArrayView<float> gradients, ArrayView<float> first, ArrayView<float> second,
        ArrayView<float> gradientNorm, long length, long decayLength)
    {
        Guard.Holds(parameters, length);
        Check(gradients, first, second, gradientNorm, length, decayLength);
        if (device.Cuda is { HasTensorCores: true } && length % VectorAccess.Four == 0 && decayLength % VectorAccess.Four == 0)
        {
            StepVector(parameters, gradients, first, second, gradientNorm, length, decayLength, NoMatrices);
            return;
        }
        step(
            device.Stream, device.Elements(length), parameters, gradients, first, second, gradientNorm, factors.View.AsContiguous(), length,
            decayLength);
    }

    /// <inheritdoc/>
    public void Dispose() => factors.Dispose();

    void Check(
        ArrayView<float> gradients, ArrayView<float> first, ArrayView<float> second, ArrayView<float> gradientNorm, long length,
        long decayLength)
    {
        Guard.Positive(length);
        Guard.Holds(gradients, length);
        Guard.Holds(first, length);
        Guard.Holds(second, length);
        Guard.Holds(gradientNorm, 1);
        Guard.Require(
            decayLength >= 0 && decayLength <= length, $"decayLength is {decayLength}; it must lie in [0, {length}].", nameof(decayLength));
        Guard.Require(host[0].Step > 0, "No numbers were prepared for this step. Call Prepare before it.", nameof(AdamW));
    }
}
