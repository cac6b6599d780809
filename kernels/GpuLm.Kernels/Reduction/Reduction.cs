using GpuLm.Kernels.Common;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Kernels.Reduction;

/// <summary>Sum and mean of a long run of floats into a view of one element, so that no host waits for it.</summary>
/// <remarks>
/// The result has the same bits for every number of workers of a device. On a CPU its error is about 16 u of sum |x|, u = 2^-24; on a
/// GPU, where each thread sums a chain of length / (<see cref="WorkspaceLength"/> * group size) elements, it grows with the root of that.
/// </remarks>
/// <param name="device">The device to launch on.</param>
public sealed class Reduction(ComputeDevice device)
{
    /// <summary>Elements of the workspace: the most parts that the first stage has.</summary>
    public const int WorkspaceLength = 1024;

    /// <summary>Up to here one group sums alone: a second launch would cost more than it saves.</summary>
    const int OneGroupLength = 16_384;

    /// <summary>The least that is worth a part of its own.</summary>
    const int PartLength = 4096;

    readonly Action<AcceleratorStream, KernelConfig, ArrayView<float>, long, int, ArrayView<float>> partialSums =
        device.Load<Action<AcceleratorStream, KernelConfig, ArrayView<float>, long, int, ArrayView<float>>>(ReductionKernels.PartialSums);

    readonly Action<AcceleratorStream, KernelConfig, ArrayView<float>, long, float, ArrayView<float>> total =
        device.Load<Action<AcceleratorStream, KernelConfig, ArrayView<float>, long, float, ArrayView<float>>>(ReductionKernels.Total);

    /// <summary>sum[0] = sum_i x[i], i &lt; length.</summary>
    /// <param name="x">The floats.</param>
    /// <param name="length">How many of them, 1 or more.</param>
    /// <param name="workspace">At least <see cref="WorkspaceLength"/> elements; overwritten.</param>
    /// <param name="sum">One element; overwritten.</param>
    /// <exception cref="ArgumentException">A view is shorter than its shape, or the length is not positive.</exception>
    public void Sum(ArrayView<float> x, long length, ArrayView<float> workspace, ArrayView<float> sum) =>
        Launch(x, length, 1, workspace, sum);

    /// <summary>mean[0] = sum_i x[i] / length, i &lt; length.</summary>
    /// <param name="x">The floats.</param>
    /// <param name="length">How many of them, 1 or more.</param>
    /// <param name="workspace">At least <see cref="WorkspaceLength"/> elements; overwritten.</param>
    /// <param name="mean">One element; overwritten.</param>
    /// <exception cref="ArgumentException">A view is shorter than its shape, or the length is not positive.</exception>
    public void Mean(ArrayView<float> x, long length, ArrayView<float> workspace, ArrayView<float> mean) =>
        Launch(x, length, (float)(1.0 / length), workspace, mean);

    /// <summary>Parts of the first stage: a function of the length alone, so that the bits do not depend on the grid.</summary>
    internal static int Parts(long length) => (int)Math.Clamp(length / PartLength, 1, WorkspaceLength);

    void Launch(ArrayView<float> x, long length, float factor, ArrayView<float> workspace, ArrayView<float> result)
    {
        Guard.Positive(length);
        Guard.Holds(x, length);
        Guard.Holds(workspace, WorkspaceLength);
        Guard.Holds(result, 1);
        if (length > OneGroupLength)
        {
            int parts = Parts(length);
            partialSums(device.Stream, device.Rows(parts), x, length, parts, workspace);
            (x, length) = (workspace, parts);
        }
        total(device.Stream, device.Exactly(1, device.GroupSize), x, length, factor, result);
    }
}
