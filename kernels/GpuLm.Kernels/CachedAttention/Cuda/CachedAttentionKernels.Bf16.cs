using GpuLm.Kernels.Common;
using ILGPU;

namespace GpuLm.Kernels.CachedAttention;

/// <content>The kernels of NVIDIA GPUs.</content>
public static partial class CachedAttentionKernels
{
    /// <summary>Activations and cache in bf16; sums and the softmax in fp32.</summary>
    public static class Bf16
    {
        /// <summary>As <see cref="CachedAttentionKernels.Append"/>. A group owns a key-value head of a row.</summary>
        public static void Append(
            ArrayView<BFloat16> qkv, ArrayView<int> slots, ArrayView<int> positions, int rows, CacheShape shape, ArrayView<BFloat16> keys,
            ArrayView<BFloat16> values)
        {
            int items = rows * shape.KeyValueHeads, end = Share.End(items);
            for (int item = Share.Start(items); item < end; item++)
            {
                int row = item / shape.KeyValueHeads, head = item % shape.KeyValueHeads;
                CachedHeadOnDevice.Append<Bf16Access, BFloat16>(qkv, row, head, slots[row], positions[row], shape, keys, values);
            }
        }

        /// <summary>
        /// As <see cref="CachedAttentionKernels.Forward"/>: a query at a time and no tensor cores, which a single row would not fill.
        /// Products of bf16 numbers are exact in fp32; weights stay fp32, outputs are rounded once.
        /// </summary>
        public static void Forward(
            ArrayView<BFloat16> qkv, ArrayView<int> slots, ArrayView<int> positions, int rows, CacheShape shape, ArrayView<BFloat16> keys,
            ArrayView<BFloat16> values, ArrayView<BFloat16> output)
        {
            int items = rows * shape.Heads, end = Share.End(items);
            for (int item = Share.Start(items); item < end; item++)
            {
                int row = item / shape.Heads, head = item % shape.Heads;
                CachedHeadOnDevice.Forward<Bf16Access, BFloat16>(qkv, row, head, slots[row], positions[row], shape, keys, values, output);
            }
        }
    }
}
