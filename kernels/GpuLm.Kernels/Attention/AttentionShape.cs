using GpuLm.Kernels.Common;

namespace GpuLm.Kernels.Attention;

/// <summary>
/// Sizes of a causal multi-head attention. Several query heads may share a key-value head (grouped-query attention, Ainslie et al. 2023):
/// query head h reads key-value head <c>h / Group</c>.
/// </summary>
/// <param name="Batch">B, independent sequences.</param>
/// <param name="Length">T, tokens in a sequence.</param>
/// <param name="Heads">H, query heads.</param>
/// <param name="KeyValueHeads">Heads of keys and values; a divisor of <paramref name="Heads"/>.</param>
/// <param name="HeadSize">D, channels of a head, at most <see cref="MaxHeadSize"/>.</param>
public readonly record struct AttentionShape(int Batch, int Length, int Heads, int KeyValueHeads, int HeadSize)
{
    /// <summary>The largest head size that the kernels hold in shared memory.</summary>
    public const int MaxHeadSize = 256;

    /// <summary>Query heads that share a key-value head.</summary>
    public int Group => Heads / KeyValueHeads;

    /// <summary>Floats of a token in qkv: its queries, keys and values, in this order.</summary>
    public int TokenSize => (Heads + 2 * KeyValueHeads) * HeadSize;

    /// <summary>Floats of a token in the output.</summary>
    public int OutputSize => Heads * HeadSize;

    /// <summary>B T, the tokens of all sequences.</summary>
    public int Tokens => Batch * Length;

    /// <summary>B H T, the queries of all heads; logSumExp has one value for each.</summary>
    public int Queries => Batch * Heads * Length;

    /// <summary>Floats in qkv.</summary>
    public long QkvLength => (long)Tokens * TokenSize;

    /// <summary>Floats in the output.</summary>
    public long OutputLength => (long)Tokens * OutputSize;

    /// <summary>Where the queries of a head begin in qkv.</summary>
    internal int QueryOffset(int batch, int head) => batch * Length * TokenSize + head * HeadSize;

    /// <summary>Where the keys of a key-value head begin in qkv.</summary>
    internal int KeyOffset(int batch, int keyValueHead) => QueryOffset(batch, Heads + keyValueHead);

    /// <summary>Where the values of a key-value head begin in qkv.</summary>
    internal int ValueOffset(int batch, int keyValueHead) => KeyOffset(batch, KeyValueHeads + keyValueHead);

    /// <summary>Where a head begins in the output.</summary>
    internal int OutputOffset(int batch, int head) => batch * Length * OutputSize + head * HeadSize;

    /// <summary>Requires heads that the kernels can compute.</summary>
    internal static void RequireHeads(int heads, int keyValueHeads, int headSize)
    {
        Guard.Positive(heads);
        Guard.Positive(keyValueHeads);
        Guard.Positive(headSize);
        Guard.Require(
            heads % keyValueHeads == 0,
            $"{heads} query heads cannot share {keyValueHeads} key-value heads evenly; use a divisor of {heads}.", nameof(keyValueHeads));
        Guard.Require(
            headSize <= MaxHeadSize, $"A head has {headSize} channels; at most {MaxHeadSize} are supported. Use more heads.",
            nameof(headSize));
    }
}
