using GpuLm.Kernels.Attention;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda.Rows;
using ILGPU;
using ILGPU.Runtime;
using Ints = ILGPU.ArrayView<int>;

namespace GpuLm.Kernels.CachedAttention;

using AppendBf16 = Action<
    AcceleratorStream, KernelConfig, ArrayView<BFloat16>, Ints, Ints, int, CacheShape, ArrayView<BFloat16>, ArrayView<BFloat16>>;
using AppendFp32 = Action<
    AcceleratorStream, KernelConfig, ArrayView<float>, Ints, Ints, int, CacheShape, ArrayView<float>, ArrayView<float>>;
using ForwardBf16 = Action<
    AcceleratorStream, KernelConfig, ArrayView<BFloat16>, Ints, Ints, int, CacheShape, ArrayView<BFloat16>, ArrayView<BFloat16>,
    ArrayView<BFloat16>>;
using ForwardFp32 = Action<
    AcceleratorStream, KernelConfig, ArrayView<float>, Ints, Ints, int, CacheShape, ArrayView<float>, ArrayView<float>, ArrayView<float>>;

/// <summary>
/// Causal attention of new tokens over keys and values that were kept: what a model that continues texts needs of each layer, T D a head
/// and token in place of T^2 D for the whole text again (Pope et al. 2022, "Efficiently Scaling Transformer Inference", section 2.1).
/// In bf16 it needs a CUDA device with tensor cores; all tensors have one format.
/// </summary>
/// <param name="device">The device that it runs on.</param>
public sealed class CachedAttention(ComputeDevice device)
{
    AppendFp32? appendFp32;
    ForwardFp32? forwardFp32;
    AppendBf16? appendBf16;
    ForwardBf16? forwardBf16;

    /// <summary>Writes the new tokens' keys and values to their places in the cache; the rest of it is left.</summary>
    /// <param name="qkv">[rows, (H + 2 Hkv) D]: for each token its queries, keys and values.</param>
    /// <param name="tokens">Where each row belongs.</param>
    /// <param name="shape">The cache's sizes.</param>
    /// <param name="keys">The layer's keys.</param>
    /// <param name="values">The layer's values.</param>
    /// <exception cref="ArgumentException">A view is too short, the shape is impossible, or bf16 is not to be had.</exception>
    public void Append(Tensor qkv, PlacedTokens tokens, CacheShape shape, Tensor keys, Tensor values)
    {
        Check(qkv, tokens, shape, keys, values);
        var config = device.Rows((long)tokens.Count * shape.KeyValueHeads);
        if (qkv.Format == NumberFormat.Fp32)
        {
            appendFp32 ??= device.Load<AppendFp32>(CachedAttentionKernels.Append);
            appendFp32(
                device.Stream, config, qkv.AsFp32(), tokens.Slots, tokens.Positions, tokens.Count, shape, keys.AsFp32(), values.AsFp32());
            return;
        }
        appendBf16 ??= device.Load<AppendBf16>(CachedAttentionKernels.Bf16.Append);
        appendBf16(
            device.Stream, config, qkv.AsBf16(), tokens.Slots, tokens.Positions, tokens.Count, shape, keys.AsBf16(), values.AsBf16());
    }

    /// <summary>
    /// Computes the heads' outputs of new tokens whose own keys and values, and those of all tokens before them, are in the cache.
    /// </summary>
    /// <param name="qkv">[rows, (H + 2 Hkv) D]; the queries are read.</param>
    /// <param name="tokens">Where each row belongs.</param>
    /// <param name="shape">The cache's sizes.</param>
    /// <param name="keys">The layer's keys.</param>
    /// <param name="values">The layer's values.</param>
    /// <param name="output">[rows, H D]; overwritten.</param>
    /// <exception cref="ArgumentException">A view is too short, the shape is impossible, or bf16 is not to be had.</exception>
    public void Forward(Tensor qkv, PlacedTokens tokens, CacheShape shape, Tensor keys, Tensor values, Tensor output)
    {
        Check(qkv, tokens, shape, keys, values);
        Guard.Holds(output, (long)tokens.Count * shape.OutputSize);
        var config = device.Rows((long)tokens.Count * shape.Heads);
        if (qkv.Format == NumberFormat.Fp32)
        {
            forwardFp32 ??= device.Load<ForwardFp32>(CachedAttentionKernels.Forward);
            forwardFp32(
                device.Stream, config, qkv.AsFp32(), tokens.Slots, tokens.Positions, tokens.Count, shape, keys.AsFp32(), values.AsFp32(),
                output.AsFp32());
            return;
        }
        forwardBf16 ??= device.Load<ForwardBf16>(CachedAttentionKernels.Bf16.Forward);
        forwardBf16(
            device.Stream, config, qkv.AsBf16(), tokens.Slots, tokens.Positions, tokens.Count, shape, keys.AsBf16(), values.AsBf16(),
            output.AsBf16());
    }

    void Check(Tensor qkv, PlacedTokens tokens, CacheShape shape, Tensor keys, Tensor values)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        if (qkv.Format == NumberFormat.Bf16) VectorAccess.RequireBf16(device);
        Guard.Positive(shape.Slots);
        Guard.Positive(shape.Capacity);
        AttentionShape.RequireHeads(shape.Heads, shape.KeyValueHeads, shape.HeadSize);
        Guard.Require(
            tokens.SlotCount <= shape.Slots && tokens.Context <= shape.Capacity,
            $"Tokens in {tokens.SlotCount} slots at {tokens.Context} positions do not fit a cache of {shape.Slots} by {shape.Capacity}.",
            nameof(tokens));
        Guard.Require(
            (long)tokens.Count * Math.Max(shape.Heads, shape.KeyValueHeads) <= int.MaxValue,
            $"{tokens.Count} rows of {shape.Heads} heads are too many for one launch. Use fewer rows.", nameof(tokens));
        Guard.Holds(qkv, (long)tokens.Count * shape.TokenSize);
        Guard.Holds(keys, shape.KeyLength);
        Guard.Holds(values, shape.ValueLength);
    }
}
