using GpuLm.Kernels.Common;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Kernels.CrossEntropy;

/// <summary>
/// Cross-entropy fused with the softmax before it: loss_r = log sum_i e^x[r,i] - x[r, target_r], in nats, and its gradient.
/// </summary>
/// <remarks>
/// Targets live on the device and are not checked here: whoever loads them keeps each below the vocabulary. A negative target (-1 by
/// custom) marks a position without a loss: its loss and its gradient are zero.
/// </remarks>
/// <param name="device">The device to launch on.</param>
public sealed partial class CrossEntropy(ComputeDevice device)
{
    readonly Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<int>, int, int, int, ArrayView<float>> forward =
        device.Load<Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<int>, int, int, int, ArrayView<float>>>(
            CrossEntropyKernels.Forward);

    readonly Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<int>, int, int, int, float, ArrayView<float>>
        forwardBackward = device.Load<Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<int>, int, int, int, float,
            ArrayView<float>>>(
            CrossEntropyKernels.ForwardBackward);

    /// <summary>Writes each row's loss and keeps the logits: for evaluation.</summary>
    /// <param name="logits">[rows, vocabulary], a row every <paramref name="stride"/> elements.</param>
    /// <param name="targets">[rows], each below the vocabulary, or negative where there is no loss.</param>
    /// <param name="rows">Positions, 1 or more.</param>
    /// <param name="vocabulary">Logits of a position, 1 or more.</param>
    /// <param name="stride">Elements from one row to the next, at least the vocabulary.</param>
    /// <param name="losses">[rows], in nats; overwritten.</param>
    /// <exception cref="ArgumentException">A view is shorter than its shape, or a size is not positive.</exception>
    public void Forward(ArrayView<float> logits, ArrayView<int> targets, int rows, int vocabulary, int stride, ArrayView<float> losses)
    {
        Check(logits, targets, rows, vocabulary, stride, losses);
        forward(device.Stream, device.Rows(rows), logits, targets, rows, vocabulary, stride, losses);
    }

    /// <summary>Writes each row's loss and overwrites its logits by gradientScale (softmax(x) - onehot(target)).</summary>
    /// <param name="logits">[rows, vocabulary], a row every <paramref name="stride"/> elements; the gradient afterwards.</param>
    /// <param name="targets">[rows], each below the vocabulary, or negative where there is no loss.</param>
    /// <param name="rows">Positions, 1 or more.</param>
    /// <param name="vocabulary">Logits of a position, 1 or more.</param>
    /// <param name="stride">Elements from one row to the next, at least the vocabulary; what lies between two rows is left alone.</param>
    /// <param name="gradientScale">What the final loss weighs one position with: 1 / positions for a mean.</param>
    /// <param name="losses">[rows], in nats, not scaled; overwritten.</param>
    /// <exception cref="ArgumentException">A view is shorter than its shape, or a size is not positive.</exception>
    public void ForwardBackward(
        ArrayView<float> logits, ArrayView<int> targets, int rows, int vocabulary, int stride, float gradientScale, ArrayView<float> losses)
    {
        Check(logits, targets, rows, vocabulary, stride, losses);
        forwardBackward(device.Stream, device.Rows(rows), logits, targets, rows, vocabulary, stride, gradientScale, losses);
    }

    static void Check(ArrayView<float> logits, ArrayView<int> targets, int rows, int vocabulary, int stride, ArrayView<float> losses)
    {
        CheckSizes(rows, vocabulary, stride);
        Guard.Holds(logits, (rows - 1L) * stride + vocabulary);
        Guard.Holds(targets, rows);
        Guard.Holds(losses, rows);
    }

    static void CheckSizes(int rows, int vocabulary, int stride)
    {
        Guard.Positive(rows);
        Guard.Positive(vocabulary);
        Guard.Require(stride >= vocabulary, $"stride is {stride}; rows of {vocabulary} logits need at least {vocabulary}.", nameof(stride));
    }
}
