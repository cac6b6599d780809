using GpuLm.Kernels.Attention;

namespace GpuLm.Kernels.CachedAttention;

/// <summary>
/// Sizes of one layer's cache of keys and values. Keys are [Slots, Hkv, ceil(Capacity / 32), D, 32]: transposed in panels of 32, so that
/// the threads of a group, or the lanes of a vector, which take a key each, read neighbours. Values are [Slots, Hkv, Capacity,
/// <see cref="PaddedHeadSize"/>].
/// </summary>
/// <param name="Slots">Sequences.</param>
/// <param name="Capacity">Most tokens of a sequence.</param>
/// <param name="Heads">H, query heads.</param>
/// <param name="KeyValueHeads">Hkv, heads of keys and values; a divisor of <paramref name="Heads"/>.</param>
/// <param name="HeadSize">D, channels of a head, at most <see cref="AttentionShape.MaxHeadSize"/>.</param>
public readonly record struct CacheShape(int Slots, int Capacity, int Heads, int KeyValueHeads, int HeadSize)
{
    /// <summary>Keys in a panel.</summary>
    public const int Panel = 32;

    const int Vector = 16;

    /// <summary>Query heads that share a key-value head.</summary>
    public int Group => Heads / KeyValueHeads;

    /// <summary>Numbers of a token in qkv: its queries, keys and values, in this order.</summary>
    public int TokenSize => (Heads + 2 * KeyValueHeads) * HeadSize;

    /// <summary>Numbers of a token in the output.</summary>
    public int OutputSize => Heads * HeadSize;

    /// <summary>Numbers of a value in the cache: D rounded up to whole vectors; the rest is zero.</summary>
    public int PaddedHeadSize => (HeadSize + Vector - 1) / Vector * Vector;

    /// <summary>Numbers in the keys' cache.</summary>
    public long KeyLength => (long)Slots * KeyValueHeads * PanelsOfHead * HeadSize * Panel;

    /// <summary>Numbers in the values' cache.</summary>
    public long ValueLength => (long)Slots * KeyValueHeads * Capacity * PaddedHeadSize;

    int PanelsOfHead => (Capacity + Panel - 1) / Panel;

    /// <summary>Where a token's key begins; its channels lie <see cref="Panel"/> apart.</summary>
    public long KeyOffset(int slot, int keyValueHead, int position) =>
        ((long)slot * KeyValueHeads + keyValueHead) * PanelsOfHead * HeadSize * Panel + (long)(position / Panel) * HeadSize * Panel
        + position % Panel;

    /// <summary>Where a token's value begins.</summary>
    public long ValueOffset(int slot, int keyValueHead, int position) =>
        (((long)slot * KeyValueHeads + keyValueHead) * Capacity + position) * PaddedHeadSize;
}
