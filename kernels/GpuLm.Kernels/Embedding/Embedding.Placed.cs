using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda.Intrinsics;
using GpuLm.Kernels.Cuda.Rows;
using ILGPU;
using ILGPU.Runtime;
using static GpuLm.Kernels.Cuda.Rows.VectorAccess;
using Floats = ILGPU.ArrayView<float>;
using Ints = ILGPU.ArrayView<int>;

namespace GpuLm.Kernels.Embedding;

/// <content>Tokens that each have a position of their own.</content>
public sealed partial class Embedding
{
    Action<AcceleratorStream, KernelConfig, Ints, Ints, Floats, Floats, int, int, Floats>? forwardAt;
    Action<AcceleratorStream, KernelConfig, Ints, Ints, ArrayView<UInt4>, ArrayView<UInt4>, int, int, ArrayView<UInt4>>? forwardAtBf16;

    /// <summary>
    /// Writes output[r] = tokenEmbedding[id of r] + positionEmbedding[position of r]; all three have one format, and bits are those of the
    /// forward pass over whole sequences.
    /// </summary>
    /// <exception cref="ArgumentException">A size is not positive, a view too short, or bf16 is not to be had.</exception>
    public void ForwardAt(PlacedTokens tokens, Tensor tokenEmbedding, Tensor positionEmbedding, int channels, Tensor output)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        Guard.Positive(channels);
        Guard.Holds(tokenEmbedding, (long)tokens.Vocabulary * channels);
        Guard.Holds(positionEmbedding, (long)tokens.Context * channels);
        Guard.Holds(output, (long)tokens.Count * channels);
        if (tokenEmbedding.Format == NumberFormat.Fp32)
        {
            forwardAt ??= device.Load<Action<AcceleratorStream, KernelConfig, Ints, Ints, Floats, Floats, int, int, Floats>>(
                EmbeddingKernels.ForwardAt);
            forwardAt(
                device.Stream, device.Rows(tokens.Count), tokens.Ids, tokens.Positions, tokenEmbedding.AsFp32(),
                positionEmbedding.AsFp32(), tokens.Count, channels, output.AsFp32());
            return;
        }
        RequireBf16(device);
        RequireEights(channels);
        Guard.Require(
            (long)tokens.Count * channels / Eight <= int.MaxValue - GroupSize,
            $"{tokens.Count} tokens of {channels} channels are too many for one launch. Use fewer.", nameof(tokens));
        forwardAtBf16 ??= device.Load<Action<
            AcceleratorStream, KernelConfig, Ints, Ints, ArrayView<UInt4>, ArrayView<UInt4>, int, int, ArrayView<UInt4>>>(
            EmbeddingKernels.EightPerThread.ForwardAt);
        forwardAtBf16(
            device.Stream, ThreadEach((long)tokens.Count * channels / Eight), tokens.Ids, tokens.Positions,
            Vectors(tokenEmbedding.AsBf16()), Vectors(positionEmbedding.AsBf16()), tokens.Count, channels / Eight,
            Vectors(output.AsBf16()));
    }
}
