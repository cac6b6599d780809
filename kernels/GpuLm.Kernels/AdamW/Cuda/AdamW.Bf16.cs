using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda.Intrinsics;
using GpuLm.Kernels.Cuda.Rows;
using ILGPU;
using ILGPU.Runtime;
using static GpuLm.Kernels.Cuda.Rows.VectorAccess;
using Floats = ILGPU.ArrayView<GpuLm.Kernels.Cuda.Intrinsics.Float4>;
using Pairs = ILGPU.ArrayView<GpuLm.Kernels.Cuda.Intrinsics.UInt2>;

namespace GpuLm.Kernels.AdamW;

/// <content>The updates of parameters of which the matrices are used in bf16.</content>
public sealed partial class AdamW
{
    Action<AcceleratorStream, KernelConfig, Floats, Floats, Floats, Floats, ArrayView<float>, ArrayView<AdamWFactors>, long, long, Pairs>?
        stepVector;

    Action<AcceleratorStream, KernelConfig, Pairs, Floats, Floats, Floats, Floats, ArrayView<float>, ArrayView<AdamWFactors>, long, long,
        ulong>?
        stepWithoutMasters;

    /// <summary>A view of nothing that has an address: the null address of an empty view is none that a launch can take.</summary>
    ArrayView<BFloat16> NoMatrices => factors.View.AsContiguous().Cast<BFloat16>().SubView(0, 0);

    /// <summary>
    /// As <see cref="Step(ArrayView{float}, ArrayView{float}, ArrayView{float}, ArrayView{float}, ArrayView{float}, long, long)"/>, and
    /// writes the bf16 copy of the parameters that decay, the matrices, in the same pass.
    /// </summary>
    /// <param name="parameters">[length]; updated.</param>
    /// <param name="gradients">[length]; kept.</param>
    /// <param name="first">[length], the first moment, zeros before the first step; updated.</param>
    /// <param name="second">[length], the second moment, zeros before the first step; updated.</param>
    /// <param name="gradientNorm">One element: the norm of all gradients.</param>
    /// <param name="length">Elements, 1 or more, a multiple of 4.</param>
    /// <param name="decayLength">The first so many elements, a multiple of 4, decay; the rest do not.</param>
    /// <param name="matrices">[decayLength]; overwritten by the updated parameters, rounded to the nearest.</param>
    /// <exception cref="ArgumentException">
    /// A view is shorter than its shape, a length is no multiple of 4, nothing was prepared, or the device has no bf16.
    /// </exception>
    public void Step(
        ArrayView<float> parameters, ArrayView<float> gradients, ArrayView<float> first, ArrayView<float> second,
        ArrayView<float> gradientNorm, long length, long decayLength, ArrayView<BFloat16> matrices)
    {
        RequireBf16(device);
        Guard.Holds(parameters, length);
        Guard.Holds(matrices, decayLength);
        Check(gradients, first, second, gradientNorm, length, decayLength);
        RequireFours(length, decayLength);
        StepVector(parameters, gradients, first, second, gradientNorm, length, decayLength, matrices.SubView(0, decayLength));
    }

    /// <summary>
    /// Updates matrices that exist in bf16 only. Each new value is rounded up or down at random, so that its expectation is the value
    /// itself and updates below half a unit in the last place are not lost; the random bits are a function of seed, step and element.
    /// </summary>
    /// <param name="matrices">[decayLength]: the first elements, which decay; updated.</param>
    /// <param name="vectors">[length - decayLength]: the other parameters; updated.</param>
    /// <param name="gradients">[length]; kept.</param>
    /// <param name="first">[length], the first moment, zeros before the first step; updated.</param>
    /// <param name="second">[length], the second moment, zeros before the first step; updated.</param>
    /// <param name="gradientNorm">One element: the norm of all gradients.</param>
    /// <param name="length">Elements, 1 or more, a multiple of 4.</param>
    /// <param name="decayLength">Elements of the matrices, a multiple of 4.</param>
    /// <param name="seed">Of the random bits.</param>
    /// <exception cref="ArgumentException">
    /// A view is shorter than its shape, a length is no multiple of 4, nothing was prepared, or the device has no bf16.
    /// </exception>
    public void StepWithoutMasters(
        ArrayView<BFloat16> matrices, ArrayView<float> vectors, ArrayView<float> gradients, ArrayView<float> first, ArrayView<float> second,
        ArrayView<float> gradientNorm, long length, long decayLength, ulong seed)
    {
        RequireBf16(device);
        Check(gradients, first, second, gradientNorm, length, decayLength);
        Guard.Holds(matrices, decayLength);
        Guard.Holds(vectors, length - decayLength);
        RequireFours(length, decayLength);
        stepWithoutMasters ??= device.Load<Action<
            AcceleratorStream, KernelConfig, Pairs, Floats, Floats, Floats, Floats, ArrayView<float>, ArrayView<AdamWFactors>, long, long,
                ulong>>(
            AdamWKernels.FourPerThread.StepWithoutMasters);
        stepWithoutMasters(
            device.Stream, ThreadEach(length / Four), Aligned(matrices).Cast<UInt2>(), Vectors(vectors), Vectors(gradients),
            Vectors(first), Vectors(second), gradientNorm, factors.View.AsContiguous(), length / Four, decayLength / Four, seed);
    }

    void StepVector(
        ArrayView<float> parameters, ArrayView<float> gradients, ArrayView<float> first, ArrayView<float> second,
        ArrayView<float> gradientNorm, long length, long decayLength, ArrayView<BFloat16> matrices)
    {
        stepVector ??= device.Load<Action<
            AcceleratorStream, KernelConfig, Floats, Floats, Floats, Floats, ArrayView<float>, ArrayView<AdamWFactors>, long, long, Pairs>>(
            AdamWKernels.FourPerThread.Step);
        stepVector(
            device.Stream, ThreadEach(length / Four), Vectors(parameters), Vectors(gradients), Vectors(first), Vectors(second),
            gradientNorm, factors.View.AsContiguous(), length / Four, decayLength / Four, Aligned(matrices).Cast<UInt2>());
    }

    static void RequireFours(long length, long decayLength) => Guard.Require(
        length % Four == 0 && decayLength % Four == 0,
        $"length is {length} and decayLength is {decayLength}; with matrices in bf16 both must be multiples of {Four}.", nameof(length));
}
