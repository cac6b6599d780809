using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda.Intrinsics;
using GpuLm.Kernels.Cuda.Rows;
using ILGPU;
using ILGPU.Runtime;
using static GpuLm.Kernels.Cuda.Rows.VectorAccess;

namespace GpuLm.Kernels.CrossEntropy;

/// <content>
/// The same on logits in either format. In bf16 they need a CUDA device, a stride that is a multiple of eight, memory for all of the last
/// row too, and a view at a multiple of 16 bytes.
/// </content>
public sealed partial class CrossEntropy
{
    Action<AcceleratorStream, KernelConfig, ArrayView<UInt4>, ArrayView<int>, int, int, ArrayView<float>>? forwardBf16;
    Action<AcceleratorStream, KernelConfig, ArrayView<UInt4>, ArrayView<int>, int, int, float, ArrayView<float>>? forwardBackwardBf16;

    /// <summary>Writes each row's loss and keeps the logits: for evaluation.</summary>
    /// <param name="logits">
    /// [rows, vocabulary], a row every <paramref name="stride"/> elements; what lies between two rows is not read.
    /// </param>
    /// <param name="targets">[rows], each below the vocabulary, or negative where there is no loss.</param>
    /// <param name="rows">Positions, 1 or more.</param>
    /// <param name="vocabulary">Logits of a position, 1 or more.</param>
    /// <param name="stride">Elements from one row to the next, at least the vocabulary.</param>
    /// <param name="losses">[rows], in nats; overwritten.</param>
    /// <exception cref="ArgumentException">A view is shorter than its shape, a size out of its range, or bf16 is not to be had.</exception>
    public void Forward(Tensor logits, ArrayView<int> targets, int rows, int vocabulary, int stride, ArrayView<float> losses)
    {
        if (logits.Format == NumberFormat.Fp32)
        {
            Forward(logits.AsFp32(), targets, rows, vocabulary, stride, losses);
            return;
        }
        CheckBf16(logits, targets, rows, vocabulary, stride, losses);
        forwardBf16 ??= device.Load<Action<AcceleratorStream, KernelConfig, ArrayView<UInt4>, ArrayView<int>, int, int, ArrayView<float>>>(
            CrossEntropyKernels.RowPerGroup.Forward);
        forwardBf16(
            device.Stream, new(rows, CrossEntropyKernels.RowPerGroup.GroupSize), Vectors(logits.AsBf16()), targets, vocabulary,
            stride / Eight, losses);
    }

    /// <summary>Writes each row's loss and overwrites its logits by gradientScale (softmax(x) - onehot(target)).</summary>
    /// <param name="logits">[rows, vocabulary], a row every <paramref name="stride"/> elements; the gradient afterwards.</param>
    /// <param name="targets">[rows], each below the vocabulary, or negative where there is no loss.</param>
    /// <param name="rows">Positions, 1 or more.</param>
    /// <param name="vocabulary">Logits of a position, 1 or more.</param>
    /// <param name="stride">
    /// Elements from one row to the next, at least the vocabulary. In bf16 what lies between two rows becomes zero, so that a product may
    /// take the padded rows as they are; in fp32 it is left alone.
    /// </param>
    /// <param name="gradientScale">What the final loss weighs one position with: 1 / positions for a mean.</param>
    /// <param name="losses">[rows], in nats, not scaled; overwritten.</param>
    /// <exception cref="ArgumentException">A view is shorter than its shape, a size out of its range, or bf16 is not to be had.</exception>
    public void ForwardBackward(
        Tensor logits, ArrayView<int> targets, int rows, int vocabulary, int stride, float gradientScale, ArrayView<float> losses)
    {
        if (logits.Format == NumberFormat.Fp32)
        {
            ForwardBackward(logits.AsFp32(), targets, rows, vocabulary, stride, gradientScale, losses);
            return;
        }
        CheckBf16(logits, targets, rows, vocabulary, stride, losses);
        forwardBackwardBf16 ??= device.Load<Action<
            AcceleratorStream, KernelConfig, ArrayView<UInt4>, ArrayView<int>, int, int, float, ArrayView<float>>>(
            CrossEntropyKernels.RowPerGroup.ForwardBackward);
        forwardBackwardBf16(
            device.Stream, new(rows, CrossEntropyKernels.RowPerGroup.GroupSize), Vectors(logits.AsBf16()), targets, vocabulary,
            stride / Eight, gradientScale, losses);
    }

    void CheckBf16(Tensor logits, ArrayView<int> targets, int rows, int vocabulary, int stride, ArrayView<float> losses)
    {
        RequireBf16(device);
        RequireEights(stride);
        CheckSizes(rows, vocabulary, stride);
        Guard.Holds(logits.AsBf16(), (long)rows * stride);
        Guard.Holds(targets, rows);
        Guard.Holds(losses, rows);
    }
}
