using GpuLm.Kernels.Common;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Kernels.Attention;

using BackwardLauncher = Action<
    AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, AttentionShape,
    ArrayView<float>>;
using ForwardLauncher = Action<AcceleratorStream, KernelConfig, ArrayView<float>, AttentionShape, ArrayView<float>, ArrayView<float>>;

/// <summary>
/// Causal multi-head attention with grouped-query heads, softmax(q k^T / sqrt(D)) v over the tokens up to the query's own, in memory linear
/// in T (Dao et al. 2022, "FlashAttention"; grouped queries: Ainslie et al. 2023, "GQA").
/// </summary>
/// <param name="device">The device that it runs on.</param>
public sealed partial class Attention(ComputeDevice device)
{
    readonly ForwardLauncher forward = device.Load<ForwardLauncher>(AttentionKernels.Forward);
    readonly BackwardLauncher backward = device.Load<BackwardLauncher>(AttentionKernels.Backward);

    /// <summary>Computes the heads' outputs and, for the backward pass, the logarithm of each query's sum of exponentials.</summary>
    /// <param name="qkv">[B T, (H + 2 Hkv) D]: for each token its queries, keys and values.</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="output">[B T, H D]; overwritten.</param>
    /// <param name="logSumExp">[B, H, T]; overwritten.</param>
    /// <exception cref="ArgumentException">A view is too short, or the shape is impossible.</exception>
    public void Forward(ArrayView<float> qkv, AttentionShape shape, ArrayView<float> output, ArrayView<float> logSumExp)
    {
        Check(shape);
        Guard.Holds(qkv, shape.QkvLength);
        Guard.Holds(output, shape.OutputLength);
        Guard.Holds(logSumExp, shape.Queries);
        forward(device.Stream, device.Rows(shape.Queries), qkv, shape, output, logSumExp);
    }

    /// <summary>
    /// Computes the gradient of queries, keys and values; the attention weights are recomputed from <paramref name="logSumExp"/>.
    /// </summary>
    /// <param name="dOutput">[B T, H D], the gradient of the output.</param>
    /// <param name="qkv">The input of the forward pass.</param>
    /// <param name="output">The output of the forward pass.</param>
    /// <param name="logSumExp">What the forward pass saved.</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="dQkv">[B T, (H + 2 Hkv) D]; overwritten. Must not overlap an input.</param>
    /// <exception cref="ArgumentException">A view is too short, or the shape is impossible.</exception>
    public void Backward(
        ArrayView<float> dOutput, ArrayView<float> qkv, ArrayView<float> output, ArrayView<float> logSumExp, AttentionShape shape,
        ArrayView<float> dQkv)
    {
        Check(shape);
        Guard.Holds(dOutput, shape.OutputLength);
        Guard.Holds(qkv, shape.QkvLength);
        Guard.Holds(output, shape.OutputLength);
        Guard.Holds(logSumExp, shape.Queries);
        Guard.Holds(dQkv, shape.QkvLength);
        int rows = shape.Tokens * (shape.Heads + shape.KeyValueHeads);
        backward(device.Stream, device.Rows(rows), dOutput, qkv, output, logSumExp, shape, dQkv);
    }

    static void Check(AttentionShape shape)
    {
        Guard.Positive(shape.Batch);
        Guard.Positive(shape.Length);
        AttentionShape.RequireHeads(shape.Heads, shape.KeyValueHeads, shape.HeadSize);
        Guard.Require(
            // In 128 bits, as the sizes themselves may be too large for their products to be counted.
            (Int128)shape.Batch * shape.Length * ((long)shape.Heads + 2L * shape.KeyValueHeads) * shape.HeadSize <= int.MaxValue,
            $"{shape} has more than {int.MaxValue} elements in qkv; use a smaller batch.", nameof(shape));
    }
}
