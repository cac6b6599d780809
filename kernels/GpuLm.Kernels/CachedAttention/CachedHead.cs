using System.Runtime.Intrinsics;
using GpuLm.Kernels.CachedAttention.Cpu;
using GpuLm.Kernels.Primitives;
using GpuLm.Kernels.Primitives.Cpu;
using ILGPU;

namespace GpuLm.Kernels.CachedAttention;

/// <summary>What a group does with one head of one row. These are the CPU bodies.</summary>
[DeviceBodies(typeof(CachedHeadOnDevice))]
static unsafe class CachedHead
{
    /// <summary>Copies the row's key and value of a key-value head to a place in the cache.</summary>
    public static void Append(
        ArrayView<float> qkv, int row, int head, int slot, int position, CacheShape shape, ArrayView<float> keys, ArrayView<float> values)
    {
        long start = (long)row * shape.TokenSize + (shape.Heads + head) * shape.HeadSize;
        // ILGPU's CPU buffers are native memory: nothing moves while a kernel runs.
        fixed (float* source = &qkv[start], key = &keys[shape.KeyOffset(slot, head, position)])
        fixed (float* value = &values[shape.ValueOffset(slot, head, position)])
        {
            float* sourceOfValue = source + shape.KeyValueHeads * shape.HeadSize;
            for (nint d = 0; d < shape.HeadSize; d++) key[d * CacheShape.Panel] = source[d];
            for (nint d = 0; d < shape.HeadSize; d++) value[d] = sourceOfValue[d];
            for (nint d = shape.HeadSize; d < shape.PaddedHeadSize; d++) value[d] = 0;
        }
    }

    /// <summary>Writes the output of a row's query head.</summary>
    public static void Forward(
        ArrayView<float> qkv, int row, int head, int slot, int position, CacheShape shape, ArrayView<float> keys, ArrayView<float> values,
        ArrayView<float> output)
    {
        int shared = head / shape.Group, size = shape.HeadSize;
        fixed (float* query = &qkv[(long)row * shape.TokenSize + head * size], y = &output[(long)row * shape.OutputSize + head * size])
        fixed (float* k = &keys[shape.KeyOffset(slot, shared, 0)], v = &values[shape.ValueOffset(slot, shared, 0)])
        {
            if (Simd.Uses512) CpuCachedAttention.Run<Simd512, Vector512<float>>(query, k, v, position + 1, size, y);
            else if (Simd.Uses256) CpuCachedAttention.Run<Simd256, Vector256<float>>(query, k, v, position + 1, size, y);
            else CpuCachedAttention.Run<Simd128, Vector128<float>>(query, k, v, position + 1, size, y);
        }
    }
}
