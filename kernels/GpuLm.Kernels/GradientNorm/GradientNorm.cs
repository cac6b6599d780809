using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda.Intrinsics;
using GpuLm.Kernels.Cuda.Rows;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Kernels.GradientNorm;

/// <summary>The global gradient norm ||g||_2 over an arena, left on the device for <see cref="AdamW.AdamW"/> to clip by.</summary>
/// <remarks>
/// Deterministic; see <see cref="Reduction.Reduction"/> for the error, which the square root halves. The squares are summed in fp32, so a
/// gradient with an element or a norm beyond 1.8e19 counts as infinite, like one with an infinity or a NaN in it.
/// </remarks>
/// <param name="device">The device to launch on.</param>
public sealed class GradientNorm(ComputeDevice device)
{
    /// <summary>Elements of the workspace: the most parts that the first stage has.</summary>
    public const int WorkspaceLength = Reduction.Reduction.WorkspaceLength;

    readonly Action<AcceleratorStream, KernelConfig, ArrayView<float>, long, int, ArrayView<float>> partialSquares =
        device.Load<Action<AcceleratorStream, KernelConfig, ArrayView<float>, long, int, ArrayView<float>>>(
            GradientNormKernels.PartialSquares);

    readonly Action<AcceleratorStream, KernelConfig, ArrayView<float>, int, ArrayView<float>> norm =
        device.Load<Action<AcceleratorStream, KernelConfig, ArrayView<float>, int, ArrayView<float>>>(GradientNormKernels.Norm);

    readonly Action<AcceleratorStream, KernelConfig, ArrayView<float>, int, ArrayView<float>, ArrayView<float>> normOfFiniteLoss =
        device.Load<Action<AcceleratorStream, KernelConfig, ArrayView<float>, int, ArrayView<float>, ArrayView<float>>>(
            GradientNormKernels.NormOfFiniteLoss);

    /// <summary>Groups for each multiprocessor, and floats that are worth a group.</summary>
    const int VectorGroupsPerMultiprocessor = 8, VectorGroupLength = 16 * 1024;

    Action<AcceleratorStream, KernelConfig, ArrayView<Float4>, long, ArrayView<float>>? partialSquaresVector;

    /// <summary>result[0] = sqrt(sum_i gradients[i]^2), i &lt; length.</summary>
    /// <param name="gradients">The gradient arena; gaps between parameters must hold zeros.</param>
    /// <param name="length">Its elements, 1 or more.</param>
    /// <param name="workspace">At least <see cref="WorkspaceLength"/> elements; overwritten.</param>
    /// <param name="result">One element; overwritten.</param>
    /// <exception cref="ArgumentException">A view is shorter than its shape, or the length is not positive.</exception>
    public void Compute(ArrayView<float> gradients, long length, ArrayView<float> workspace, ArrayView<float> result)
    {
        int parts = SumParts(gradients, length, workspace, result);
        norm(device.Stream, device.Exactly(1, device.GroupSize), workspace, parts, result);
    }

    /// <summary>
    /// As <see cref="Compute"/>, but NaN where the loss is infinite or NaN: a step that looks at the norm alone, as
    /// <see cref="AdamW.AdamW"/> does, then stops for either, and no host need look first.
    /// </summary>
    /// <param name="gradients">The gradient arena; gaps between parameters must hold zeros.</param>
    /// <param name="length">Its elements, 1 or more.</param>
    /// <param name="loss">One element.</param>
    /// <param name="workspace">At least <see cref="WorkspaceLength"/> elements; overwritten.</param>
    /// <param name="result">One element; overwritten.</param>
    /// <exception cref="ArgumentException">A view is shorter than its shape, or the length is not positive.</exception>
    public void ComputeOfFiniteLoss(
        ArrayView<float> gradients, long length, ArrayView<float> loss, ArrayView<float> workspace, ArrayView<float> result)
    {
        Guard.Holds(loss, 1);
        int parts = SumParts(gradients, length, workspace, result);
        normOfFiniteLoss(device.Stream, device.Exactly(1, device.GroupSize), workspace, parts, loss, result);
    }

    int SumParts(ArrayView<float> gradients, long length, ArrayView<float> workspace, ArrayView<float> result)
    {
        Guard.Positive(length);
        Guard.Holds(gradients, length);
        Guard.Holds(workspace, WorkspaceLength);
        Guard.Holds(result, 1);
        return device.Cuda is { HasTensorCores: true } && length % VectorAccess.Four == 0
            ? LaunchVector(gradients, length, workspace)
            : LaunchParts(gradients, length, workspace);
    }

    int LaunchParts(ArrayView<float> gradients, long length, ArrayView<float> workspace)
    {
        int parts = Reduction.Reduction.Parts(length);
        partialSquares(device.Stream, device.Rows(parts), gradients, length, parts, workspace);
        return parts;
    }

    int LaunchVector(ArrayView<float> gradients, long length, ArrayView<float> workspace)
    {
        partialSquaresVector ??= device.Load<Action<AcceleratorStream, KernelConfig, ArrayView<Float4>, long, ArrayView<float>>>(
            GradientNormKernels.FourPerThread.PartialSquares);
        int most = Math.Min(WorkspaceLength, device.Workers * VectorGroupsPerMultiprocessor);
        int groups = (int)Math.Clamp(length / VectorGroupLength, 1, most);
        partialSquaresVector(
            device.Stream, new(groups, VectorAccess.GroupSize), VectorAccess.Vectors(gradients), length / VectorAccess.Four, workspace);
        return groups;
    }
}
