using GpuLm.Kernels.Attention;
using GpuLm.Kernels.Primitives;
using ILGPU;

namespace GpuLm.Kernels.CachedAttention;

/// <summary>
/// The device bodies of <see cref="CachedHead"/>, for numbers in either format. Thread t computes the logit of key t of a chunk; then the
/// threads own channels and sum over the chunk.
/// </summary>
static class CachedHeadOnDevice
{
    public static void Append(
        ArrayView<float> qkv, int row, int head, int slot, int position, CacheShape shape, ArrayView<float> keys,
        ArrayView<float> values) =>
        Append<Fp32Access, float>(qkv, row, head, slot, position, shape, keys, values);

    public static void Forward(
        ArrayView<float> qkv, int row, int head, int slot, int position, CacheShape shape, ArrayView<float> keys, ArrayView<float> values,
        ArrayView<float> output) =>
        Forward<Fp32Access, float>(qkv, row, head, slot, position, shape, keys, values, output);

    public static void Append<TAccess, T>(
        ArrayView<T> qkv, int row, int head, int slot, int position, CacheShape shape, ArrayView<T> keys, ArrayView<T> values)
        where TAccess : struct, INumberAccess<T> where T : unmanaged
    {
        int size = shape.HeadSize;
        long key = (long)row * shape.TokenSize + (shape.Heads + head) * size, value = key + shape.KeyValueHeads * size;
        long toKey = shape.KeyOffset(slot, head, position), toValue = shape.ValueOffset(slot, head, position);
        for (int d = Group.IdxX; d < size; d += Group.DimX) keys[toKey + d * CacheShape.Panel] = qkv[key + d];
        for (int d = Group.IdxX; d < size; d += Group.DimX) values[toValue + d] = qkv[value + d];
        for (int d = size + Group.IdxX; d < shape.PaddedHeadSize; d += Group.DimX) default(TAccess).Store(0, values, toValue + d);
    }

    public static void Forward<TAccess, T>(
        ArrayView<T> qkv, int row, int head, int slot, int position, CacheShape shape, ArrayView<T> keys, ArrayView<T> values,
        ArrayView<T> output)
        where TAccess : struct, INumberAccess<T> where T : unmanaged
    {
        int size = shape.HeadSize, shared = head / shape.Group;
        float scale = 1 / MathF.Sqrt(size);
        var query = SharedMemory.Allocate<float>(AttentionShape.MaxHeadSize);
        var sums = SharedMemory.Allocate<float>(AttentionShape.MaxHeadSize);
        var weights = SharedMemory.Allocate<float>(GroupReduce.MaxGroupSize);
        Group.Barrier();
        long q = (long)row * shape.TokenSize + head * size;
        for (int d = Group.IdxX; d < size; d += Group.DimX)
        {
            query[d] = default(TAccess).Load(qkv, q + d) * scale;
            sums[d] = 0;
        }
        Group.Barrier();
        float max = float.NegativeInfinity, sum = 0;
        for (int chunk = 0; chunk <= position; chunk += Group.DimX)
        {
            float logit = float.NegativeInfinity;
            if (chunk + Group.IdxX <= position)
            {
                long key = shape.KeyOffset(slot, shared, chunk + Group.IdxX);
                logit = 0;
                for (int d = 0; d < size; d++) logit += query[d] * default(TAccess).Load(keys, key + d * CacheShape.Panel);
            }
            float newMax = IntrinsicMath.Max(max, GroupReduce.Max(logit));
            float weight = MathF.Exp(logit - newMax), factor = MathF.Exp(max - newMax);
            weights[Group.IdxX] = weight;
            // The reductions' barriers also separate this chunk's weights from the readers of the last one's and from their own.
            sum = sum * factor + GroupReduce.Sum(weight);
            max = newMax;
            int count = IntrinsicMath.Min(Group.DimX, position + 1 - chunk);
            long value = shape.ValueOffset(slot, shared, chunk);
            for (int d = Group.IdxX; d < size; d += Group.DimX)
            {
                float weighted = sums[d] * factor;
                for (int j = 0; j < count; j++)
                {
                    weighted += weights[j] * default(TAccess).Load(values, value + (long)j * shape.PaddedHeadSize + d);
                }
                sums[d] = weighted;
            }
        }
        long y = (long)row * shape.OutputSize + head * size;
        for (int d = Group.IdxX; d < size; d += Group.DimX) default(TAccess).Store(sums[d] / sum, output, y + d);
    }
}
