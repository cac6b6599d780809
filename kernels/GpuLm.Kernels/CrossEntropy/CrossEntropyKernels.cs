using GpuLm.Kernels.Common;
using ILGPU;

namespace GpuLm.Kernels.CrossEntropy;

/// <summary>
/// Cross-entropy of a softmax with its target: loss = log sum_i e^x[i] - x[target], d loss / d x[i] = softmax(x)[i] - [i = target].
/// A group owns whole rows. A negative target is ignored: loss and gradient are zero.
/// </summary>
/// <remarks>
/// The gradient replaces the logits, so that the model runs the head, this kernel and the head's backward on a chunk of rows at a time
/// and B*T*V logits never exist at once. Logits must be finite: a NaN or +infinity makes the row's loss NaN or infinite, and so the
/// gradient's norm, which stops the step.
/// </remarks>
public static partial class CrossEntropyKernels
{
    /// <summary>losses[r] = the loss of row r; the logits stay.</summary>
    public static void Forward(
        ArrayView<float> logits, ArrayView<int> targets, int rows, int vocabulary, int stride, ArrayView<float> losses)
    {
        for (int row = Share.Start(rows), end = Share.End(rows); row < end; row++)
        {
            int target = targets[row];
            float loss = 0;
            if (target >= 0)
            {
                var x = logits.SubView((long)row * stride, vocabulary);
                loss = LogitsRow.LogSumExp(x) - x[target];
            }
            if (Group.IdxX == 0) losses[row] = loss;
        }
    }

    /// <summary>losses[r] = the loss of row r; each row of logits becomes gradientScale * its loss's gradient.</summary>
    public static void ForwardBackward(
        ArrayView<float> logits, ArrayView<int> targets, int rows, int vocabulary, int stride, float gradientScale, ArrayView<float> losses)
    {
        for (int row = Share.Start(rows), end = Share.End(rows); row < end; row++)
        {
            var x = logits.SubView((long)row * stride, vocabulary);
            int target = targets[row];
            float loss = 0;
            if (target >= 0)
            {
                // Every thread reads this before the barriers inside WriteGradient, after which its owner overwrites it.
                float logit = x[target];
                loss = LogitsRow.WriteGradient(x, target, gradientScale) - logit;
            }
            else
            {
                LogitsRow.Clear(x);
            }
            if (Group.IdxX == 0) losses[row] = loss;
        }
    }

    /// <summary>These kernels in the catalog; rows are positions, columns the vocabulary.</summary>
    public static IEnumerable<KernelEntry> Entries =>
    [
        new("CrossEntropy.Forward", "CrossEntropy", "RowPerGroup", typeof(CrossEntropyKernels).GetMethod(nameof(Forward))!,
            size => 4 * size.Elements, size => 4 * size.Elements + 8.0 * size.Rows),
        new("CrossEntropy.ForwardBackward", "CrossEntropy", "RowPerGroup", typeof(CrossEntropyKernels).GetMethod(nameof(ForwardBackward))!,
            size => 5 * size.Elements, size => 8 * size.Elements + 8.0 * size.Rows),
        new("CrossEntropy.ForwardBf16", "CrossEntropy", "RowPerGroup", typeof(RowPerGroup).GetMethod(nameof(RowPerGroup.Forward))!,
            size => 4 * size.Elements, size => 2 * size.Elements + 8.0 * size.Rows, KernelTarget.Ampere),
        new("CrossEntropy.ForwardBackwardBf16", "CrossEntropy", "RowPerGroup",
            typeof(RowPerGroup).GetMethod(nameof(RowPerGroup.ForwardBackward))!,
            size => 5 * size.Elements, size => 4 * size.Elements + 8.0 * size.Rows, KernelTarget.Ampere),
    ];
}
