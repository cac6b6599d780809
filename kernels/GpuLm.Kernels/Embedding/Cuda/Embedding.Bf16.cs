using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda.Intrinsics;
using GpuLm.Kernels.Cuda.Rows;
using ILGPU;
using ILGPU.Runtime;
using static GpuLm.Kernels.Cuda.Rows.VectorAccess;
using Floats = ILGPU.ArrayView<float>;
using Ints = ILGPU.ArrayView<int>;

namespace GpuLm.Kernels.Embedding;

/// <content>
/// Tables and activations in either format; gradients of the tables are fp32. bf16 needs a CUDA device, channels that are a multiple of
/// eight, and views at multiples of 16 bytes.
/// </content>
public sealed partial class Embedding
{
    Action<AcceleratorStream, KernelConfig, Ints, ArrayView<UInt4>, ArrayView<UInt4>, int, int, int, ArrayView<UInt4>>? forwardBf16;
    Action<AcceleratorStream, KernelConfig, ArrayView<UInt4>, int, int, int, int, int, ArrayView<Float4>>? backwardPositionsBf16;
    Action<AcceleratorStream, KernelConfig, ArrayView<UInt4>, Ints, Ints, Ints, int, int, Floats>? backwardTokensBf16;

    /// <summary>Writes output[b, t] = tokenEmbedding[tokens[b, t]] + positionEmbedding[t]; all three have one format.</summary>
    /// <exception cref="ArgumentException">
    /// The tokens are not B T many, a size is not positive, a view too short, or bf16 is not to be had.
    /// </exception>
    public void Forward(
        TokenIndex tokens, Tensor tokenEmbedding, Tensor positionEmbedding, int batch, int length, int channels, Tensor output)
    {
        if (tokenEmbedding.Format == NumberFormat.Fp32)
        {
            Forward(tokens, tokenEmbedding.AsFp32(), positionEmbedding.AsFp32(), batch, length, channels, output.AsFp32());
            return;
        }
        CheckBf16(tokens, batch, length, channels, output);
        Guard.Holds(tokenEmbedding.AsBf16(), (long)tokens.Vocabulary * channels);
        Guard.Holds(positionEmbedding.AsBf16(), (long)length * channels);
        forwardBf16 ??= device.Load<Action<
            AcceleratorStream, KernelConfig, Ints, ArrayView<UInt4>, ArrayView<UInt4>, int, int, int, ArrayView<UInt4>>>(
            EmbeddingKernels.EightPerThread.Forward);
        forwardBf16(
            device.Stream, ThreadEach((long)tokens.Count * channels / Eight), tokens.Ids, Vectors(tokenEmbedding.AsBf16()),
            Vectors(positionEmbedding.AsBf16()), tokens.Count, length, channels / Eight, Vectors(output.AsBf16()));
    }

    /// <summary>
    /// Adds to dTokenEmbedding, always: the tied output projection has written its part of that gradient before. Adds to
    /// dPositionEmbedding, [contextLength, channels], where <paramref name="accumulate"/>; else overwrites all of it, with zeros beyond the
    /// sequence.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The tokens are not B T many, a size is not positive, a view too short, or bf16 is not to be had.
    /// </exception>
    public void Backward(
        Tensor dOutput, TokenIndex tokens, int batch, int length, int channels, int contextLength, Floats dTokenEmbedding,
        Floats dPositionEmbedding, bool accumulate)
    {
        if (dOutput.Format == NumberFormat.Fp32)
        {
            Backward(dOutput.AsFp32(), tokens, batch, length, channels, contextLength, dTokenEmbedding, dPositionEmbedding, accumulate);
            return;
        }
        CheckBf16(tokens, batch, length, channels, dOutput);
        CheckTables(tokens, length, channels, contextLength, dTokenEmbedding, dPositionEmbedding);
        backwardPositionsBf16 ??= device.Load<Action<
            AcceleratorStream, KernelConfig, ArrayView<UInt4>, int, int, int, int, int, ArrayView<Float4>>>(
            EmbeddingKernels.EightPerThread.BackwardPositions);
        backwardTokensBf16 ??= device.Load<Action<AcceleratorStream, KernelConfig, ArrayView<UInt4>, Ints, Ints, Ints, int, int, Floats>>(
            EmbeddingKernels.EightPerThread.BackwardTokens);

        var dY = Vectors(dOutput.AsBf16());
        int vectors = channels / Eight, tiles = ColumnTile.Tiles(channels);
        backwardPositionsBf16(
            device.Stream, ThreadEach((long)contextLength * vectors), dY, batch, length, vectors, contextLength, accumulate ? 1 : 0,
            Vectors(dPositionEmbedding));
        backwardTokensBf16(
            device.Stream, new(tokens.Count * tiles, EmbeddingKernels.EightPerThread.TokenGroup), dY, tokens.Tokens, tokens.Starts,
            tokens.Order, vectors, tiles, dTokenEmbedding);
    }

    void CheckBf16(TokenIndex tokens, int batch, int length, int channels, Tensor activations)
    {
        RequireBf16(device);
        RequireEights(channels);
        CheckSizes(tokens, batch, length, channels);
        Guard.Require(
            (long)tokens.Count * channels / Eight <= int.MaxValue - GroupSize,
            $"{tokens.Count} tokens of {channels} channels are too many for one launch. Use a smaller batch.", nameof(batch));
        Guard.Holds(activations.AsBf16(), (long)tokens.Count * channels);
    }
}
