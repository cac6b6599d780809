using GpuLm.Kernels.Attention;
using GpuLm.Kernels.Common;
using GpuLm.Tensors;

namespace GpuLm.Models;

/// <summary>
/// Continues sequences token by token with a cache of keys and values: a sequence's first tokens pass through the model together, each
/// later one alone, with those of the other sequences as the rows of one product.
/// </summary>
/// <remarks>
/// In fp32 logits have the bits of a forward pass over the whole sequence: no row of a product depends on the others. Tensor cores (tf32,
/// bf16) may cut products of few rows in another way; logits then differ by their rounding.
/// </remarks>
public sealed class GptDecoder : ITokenPredictor, IDisposable
{
    readonly Gpt model;
    readonly KeyValueCache cache;
    readonly GptActivations activations;
    readonly PlacedTokens placed;
    readonly int[] lengths, rowSlots, rowPositions;

    /// <summary>Allocates a cache for some sequences, and activations.</summary>
    /// <param name="model">The model.</param>
    /// <param name="slots">Sequences, 1 or more.</param>
    /// <exception cref="GpuLmException">The device has not enough memory.</exception>
    public GptDecoder(Gpt model, int slots)
    {
        ArgumentNullException.ThrowIfNull(model);
        Guard.Positive(slots);
        (this.model, Slots) = (model, slots);
        var plan = Plan(model.Config, model.Format, slots);
        cache = new KeyValueCache(model, slots);
        activations = new GptActivations(model, plan);
        placed = new PlacedTokens(model.Device, plan.Tokens, VocabularySize, slots, ContextLength);
        (lengths, rowSlots, rowPositions) = (new int[slots], new int[plan.Tokens], new int[plan.Tokens]);
    }

    /// <inheritdoc/>
    public int ContextLength => model.Config.ContextLength;

    /// <inheritdoc/>
    public int VocabularySize => model.Config.VocabularySize;

    /// <inheritdoc/>
    public int Slots { get; }

    /// <summary>Bytes on the device for so many sequences.</summary>
    public static long RequiredBytes(GptConfig config, ModelFormat format, int slots)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(format);
        var plan = Plan(config, format, slots);
        return KeyValueCache.RequiredBytes(config, format, slots) + plan.RequiredBytes(config) + PlacedTokens.RequiredBytes(plan.Tokens);
    }

    /// <inheritdoc/>
    public void Begin(int slot, ReadOnlySpan<int> tokens, Span<float> logits)
    {
        int n = tokens.Length;
        Guard.Require((uint)slot < (uint)Slots, $"There is no slot {slot}; there are {Slots}.", nameof(slot));
        Guard.Require(n >= 1 && n <= ContextLength, $"A sequence has 1 to {ContextLength} tokens; this one has {n}.", nameof(tokens));
        Require(logits, rows: 1);
        for (int t = 0; t < n; t++) (rowSlots[t], rowPositions[t]) = (slot, t);
        Run(tokens, isWhole: true);
        lengths[slot] = n;
        ReadLogits(n - 1, 1, logits);
    }

    /// <inheritdoc/>
    public void Advance(ReadOnlySpan<int> slots, ReadOnlySpan<int> tokens, Span<float> logits)
    {
        Guard.Require(
            slots.Length == tokens.Length && slots.Length >= 1 && slots.Length <= Slots,
            $"{tokens.Length} tokens come for {slots.Length} slots; there must be one for each of 1 to {Slots}.", nameof(tokens));
        Require(logits, tokens.Length);
        for (int row = 0; row < slots.Length; row++)
        {
            int slot = slots[row];
            Guard.Require((uint)slot < (uint)Slots, $"There is no slot {slot}; there are {Slots}.", nameof(slots));
            Guard.Require(!slots[..row].Contains(slot), $"Slot {slot} comes twice.", nameof(slots));
            Guard.Require(lengths[slot] > 0, $"No sequence has begun in slot {slot}.", nameof(slots));
            Guard.Require(lengths[slot] < ContextLength, $"The sequence in slot {slot} has the whole context.", nameof(slots));
            (rowSlots[row], rowPositions[row]) = (slot, lengths[slot]);
        }
        Run(tokens, isWhole: false);
        foreach (int slot in slots) lengths[slot]++;
        ReadLogits(0, tokens.Length, logits);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        placed.Dispose();
        activations.Dispose();
        cache.Dispose();
    }

    /// <summary>All blocks on the new tokens, whose places are in the rows' arrays.</summary>
    void Run(ReadOnlySpan<int> tokens, bool isWhole)
    {
        var (kernels, parameters, a) = (model.Kernels, model.Tensors, activations.Tensors);
        int n = tokens.Length;
        var whole = new AttentionShape(1, n, model.Config.Heads, model.Config.Heads, model.Config.HeadSize);
        placed.Load(tokens, rowSlots.AsSpan(0, n), rowPositions.AsSpan(0, n));
        kernels.Embedding.ForwardAt(
            placed, parameters.TokenEmbedding, parameters.PositionEmbedding, model.Config.Channels, a.Embedded);
        for (int layer = 0; layer < model.Config.Layers; layer++)
        {
            var (p, block, residual) = (parameters.Blocks[layer], a.Blocks[layer], a.InputOf(layer));
            var (keys, values) = cache.Layers[layer];
            GptForward.Queries(model, p, block, residual, n);
            kernels.CachedAttention.Append(block.Qkv, placed, cache.Shape, keys, values);
            // A sequence that begins attends to nothing but itself, and many queries share what attention reads.
            if (isWhole) kernels.Attention.Forward(block.Qkv, whole, block.Attended, block.LogSumExp);
            else kernels.CachedAttention.Forward(block.Qkv, placed, cache.Shape, keys, values, block.Attended);
            GptForward.AfterAttention(model, p, block, residual, n);
            GptForward.Contract(model, p, block, n);
        }
        GptForward.FinalNorm(model, activations, n);
    }

    void ReadLogits(int firstRow, int rows, Span<float> logits)
    {
        int stride = activations.LogitsStride, chunk = activations.LogitsRows;
        for (int first = 0; first < rows; first += chunk)
        {
            int count = Math.Min(chunk, rows - first);
            GptForward.Logits(model, activations, firstRow + first, count);
            float[] padded = model.Device.Read(activations.Tensors.Logits.SubView(0, (long)count * stride));
            for (int row = 0; row < count; row++)
            {
                padded.AsSpan(row * stride, VocabularySize).CopyTo(logits[((first + row) * VocabularySize)..]);
            }
        }
    }

    void Require(Span<float> logits, int rows) => Guard.Require(
        logits.Length == rows * VocabularySize, $"{rows} rows of {VocabularySize} logits do not fit {logits.Length}.", nameof(logits));

    /// <summary>A sequence of the whole context, or a token of each sequence, whichever is more.</summary>
    static ActivationPlan Plan(GptConfig config, ModelFormat format, int slots) =>
        new(Batch: 1, Math.Max(config.ContextLength, slots), format.Precision, Backward: null) { LogitsAtOnce = slots };
}
