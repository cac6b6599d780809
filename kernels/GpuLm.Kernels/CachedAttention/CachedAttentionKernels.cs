using GpuLm.Kernels.Common;
using ILGPU;

namespace GpuLm.Kernels.CachedAttention;

/// <summary>
/// Attention of new tokens over a cache of keys and values. Row r is the token at positions[r] of the sequence in slots[r]; qkv is
/// [rows, (H + 2 Hkv) D], the cache as <see cref="CacheShape"/> says.
/// </summary>
public static partial class CachedAttentionKernels
{
    /// <summary>Copies each row's keys and values to its place in the cache. A group owns some rows' key-value heads.</summary>
    public static void Append(
        ArrayView<float> qkv, ArrayView<int> slots, ArrayView<int> positions, int rows, CacheShape shape, ArrayView<float> keys,
        ArrayView<float> values)
    {
        int items = rows * shape.KeyValueHeads, end = Share.End(items);
        for (int item = Share.Start(items); item < end; item++)
        {
            int row = item / shape.KeyValueHeads;
            CachedHead.Append(qkv, row, item % shape.KeyValueHeads, slots[row], positions[row], shape, keys, values);
        }
    }

    /// <summary>
    /// output_r = sum over j of softmax_j(q_r k_j / sqrt(D)) v_j over the cached tokens j of the row's own sequence, up to its position.
    /// output [rows, H D]. A group owns some rows' heads, a query at a time: on a CPU vectors of keys, then of channels; on a GPU a thread
    /// has a key, then a channel. The softmax is online, with the sums of Attention.Forward in the same order, so in fp32 the results have
    /// its bits. For one new token a sequence; many would read the keys again for each.
    /// </summary>
    public static void Forward(
        ArrayView<float> qkv, ArrayView<int> slots, ArrayView<int> positions, int rows, CacheShape shape, ArrayView<float> keys,
        ArrayView<float> values, ArrayView<float> output)
    {
        int items = rows * shape.Heads, end = Share.End(items);
        for (int item = Share.Start(items); item < end; item++)
        {
            int row = item / shape.Heads;
            CachedHead.Forward(qkv, row, item % shape.Heads, slots[row], positions[row], shape, keys, values, output);
        }
    }
}
