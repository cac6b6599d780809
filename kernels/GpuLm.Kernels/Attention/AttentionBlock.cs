using System.Runtime.Intrinsics;
using GpuLm.Kernels.Attention.Cpu;
using GpuLm.Kernels.Primitives;
using GpuLm.Kernels.Primitives.Cpu;
using ILGPU;

namespace GpuLm.Kernels.Attention;

/// <summary>
/// A group's share of an attention: how many items there are to share, and the work of a run of them. These are the CPU bodies.
/// </summary>
[DeviceBodies(typeof(AttentionBlockOnDevice))]
static unsafe class AttentionBlock
{
    /// <summary>Items that the forward pass is shared in: pairs of query blocks of equal cost.</summary>
    public static int ForwardItems(AttentionShape shape) => shape.Batch * shape.Heads * CpuAttentionForward.PairsOfBlocks(shape.Length);

    /// <summary>Items that the backward pass is shared in: key-value heads.</summary>
    public static int BackwardItems(AttentionShape shape) => shape.Batch * shape.KeyValueHeads;

    /// <summary>Attention's output and log-sum-exp for items [first, end).</summary>
    public static void Forward(
        int first, int end, ArrayView<float> qkv, AttentionShape shape, ArrayView<float> output, ArrayView<float> logSumExp)
    {
        // ILGPU's CPU buffers are native memory: nothing moves while a kernel runs.
        fixed (float* x = &qkv[0], y = &output[0], lse = &logSumExp[0])
        {
            if (Simd.Uses512) CpuAttentionForward.Run<Simd512, Vector512<float>>(first, end, x, shape, y, lse);
            else if (Simd.Uses256) CpuAttentionForward.Run<Simd256, Vector256<float>>(first, end, x, shape, y, lse);
            else CpuAttentionForward.Run<Simd128, Vector128<float>>(first, end, x, shape, y, lse);
        }
    }

    /// <summary>The gradient of queries, keys and values for items [first, end).</summary>
    public static void Backward(
        int first, int end, ArrayView<float> dOutput, ArrayView<float> qkv, ArrayView<float> output, ArrayView<float> logSumExp,
        AttentionShape shape, ArrayView<float> dQkv)
    {
        fixed (float* dy = &dOutput[0], x = &qkv[0], y = &output[0], lse = &logSumExp[0], dx = &dQkv[0])
        {
            if (Simd.Uses512) CpuAttentionBackward.Run<Simd512, Vector512<float>>(first, end, dy, x, y, lse, shape, dx);
            else if (Simd.Uses256) CpuAttentionBackward.Run<Simd256, Vector256<float>>(first, end, dy, x, y, lse, shape, dx);
            else CpuAttentionBackward.Run<Simd128, Vector128<float>>(first, end, dy, x, y, lse, shape, dx);
        }
    }
}
