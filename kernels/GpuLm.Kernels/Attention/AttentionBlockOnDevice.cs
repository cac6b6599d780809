using GpuLm.Kernels.Primitives;
using ILGPU;

namespace GpuLm.Kernels.Attention;

/// <summary>
/// The device bodies of <see cref="AttentionBlock"/>. An item is one row: in the forward pass a query, in the backward pass a query (its
/// dq) or a key (its dk and dv). Thread t computes the logit of key or query t of a chunk; then the threads own channels and sum over the
/// chunk.
/// </summary>
static class AttentionBlockOnDevice
{
    public static int ForwardItems(AttentionShape shape) => shape.Queries;

    public static int BackwardItems(AttentionShape shape) => shape.Queries + shape.Tokens * shape.KeyValueHeads;

    public static void Forward(
        int first, int end, ArrayView<float> qkv, AttentionShape shape, ArrayView<float> output, ArrayView<float> logSumExp)
    {
        for (int item = first; item < end; item++) ForwardQuery(item, qkv, shape, output, logSumExp);
    }

    public static void Backward(
        int first, int end, ArrayView<float> dOutput, ArrayView<float> qkv, ArrayView<float> output, ArrayView<float> logSumExp,
        AttentionShape shape, ArrayView<float> dQkv)
    {
        // Two loops and no condition around the barriers: PoCL goes wrong where both branches of a condition hold barriers.
        int queries = shape.Queries;
        for (int item = first; item < IntrinsicMath.Min(end, queries); item++)
        {
            BackwardQuery(item, dOutput, qkv, output, logSumExp, shape, dQkv);
        }
        for (int item = IntrinsicMath.Max(first, queries); item < end; item++)
        {
            BackwardKey(item - queries, dOutput, qkv, output, logSumExp, shape, dQkv);
        }
    }

    static void ForwardQuery(int item, ArrayView<float> qkv, AttentionShape shape, ArrayView<float> output, ArrayView<float> logSumExp)
    {
        int size = shape.HeadSize, step = shape.TokenSize;
        int row = item % shape.Length, head = item / shape.Length % shape.Heads, batch = item / shape.Length / shape.Heads;
        int token = batch * shape.Length * step;
        int keys = token + (shape.Heads + head / shape.Group) * size, values = keys + shape.KeyValueHeads * size;
        float scale = 1 / MathF.Sqrt(size);
        var query = SharedMemory.Allocate<float>(AttentionShape.MaxHeadSize);
        var sums = SharedMemory.Allocate<float>(AttentionShape.MaxHeadSize);
        var weights = SharedMemory.Allocate<float>(GroupReduce.MaxGroupSize);
        Group.Barrier();
        for (int d = Group.IdxX; d < size; d += Group.DimX)
        {
            query[d] = qkv[token + row * step + head * size + d] * scale;
            sums[d] = 0;
        }
        Group.Barrier();
        float max = float.NegativeInfinity, sum = 0;
        for (int chunk = 0; chunk <= row; chunk += Group.DimX)
        {
            float logit = float.NegativeInfinity;
            if (chunk + Group.IdxX <= row)
            {
                int key = keys + (chunk + Group.IdxX) * step;
                logit = 0;
                for (int d = 0; d < size; d++) logit += query[d] * qkv[key + d];
            }
            float newMax = IntrinsicMath.Max(max, GroupReduce.Max(logit));
            float weight = MathF.Exp(logit - newMax), factor = MathF.Exp(max - newMax);
            weights[Group.IdxX] = weight;
            // The reductions' barriers also separate this chunk's weights from the readers of the last one's and from their own.
            sum = sum * factor + GroupReduce.Sum(weight);
            max = newMax;
            int count = IntrinsicMath.Min(Group.DimX, row + 1 - chunk);
            for (int d = Group.IdxX; d < size; d += Group.DimX)
            {
                float value = sums[d] * factor;
                for (int j = 0; j < count; j++) value += weights[j] * qkv[values + (chunk + j) * step + d];
                sums[d] = value;
            }
        }
        int y = (batch * shape.Length + row) * shape.OutputSize + head * size;
        for (int d = Group.IdxX; d < size; d += Group.DimX) output[y + d] = sums[d] / sum;
        if (Group.IdxX == 0) logSumExp[item] = max + MathF.Log(sum);
    }

    static void BackwardQuery(
        int item, ArrayView<float> dOutput, ArrayView<float> qkv, ArrayView<float> output, ArrayView<float> logSumExp, AttentionShape shape,
        ArrayView<float> dQkv)
    {
        int size = shape.HeadSize, step = shape.TokenSize;
        int row = item % shape.Length, head = item / shape.Length % shape.Heads, batch = item / shape.Length / shape.Heads;
        int token = batch * shape.Length * step, q = token + row * step + head * size;
        int keys = token + (shape.Heads + head / shape.Group) * size, values = keys + shape.KeyValueHeads * size;
        int y = (batch * shape.Length + row) * shape.OutputSize + head * size;
        float scale = 1 / MathF.Sqrt(size), lse = logSumExp[item];
        var query = SharedMemory.Allocate<float>(AttentionShape.MaxHeadSize);
        var dy = SharedMemory.Allocate<float>(AttentionShape.MaxHeadSize);
        var dQuery = SharedMemory.Allocate<float>(AttentionShape.MaxHeadSize);
        var dLogits = SharedMemory.Allocate<float>(GroupReduce.MaxGroupSize);
        float delta = 0;
        Group.Barrier();
        for (int d = Group.IdxX; d < size; d += Group.DimX)
        {
            query[d] = qkv[q + d] * scale;
            dy[d] = dOutput[y + d];
            dQuery[d] = 0;
            delta += dOutput[y + d] * output[y + d];
        }
        delta = GroupReduce.Sum(delta);
        for (int chunk = 0; chunk <= row; chunk += Group.DimX)
        {
            int count = IntrinsicMath.Min(Group.DimX, row + 1 - chunk);
            if (Group.IdxX < count)
            {
                int j = (chunk + Group.IdxX) * step;
                float logit = 0, dWeight = 0;
                for (int d = 0; d < size; d++)
                {
                    logit += query[d] * qkv[keys + j + d];
                    dWeight += dy[d] * qkv[values + j + d];
                }
                dLogits[Group.IdxX] = MathF.Exp(logit - lse) * (dWeight - delta);
            }
            Group.Barrier();
            for (int d = Group.IdxX; d < size; d += Group.DimX)
            {
                float value = dQuery[d];
                for (int j = 0; j < count; j++) value += dLogits[j] * qkv[keys + (chunk + j) * step + d];
                dQuery[d] = value;
            }
            Group.Barrier();
        }
        for (int d = Group.IdxX; d < size; d += Group.DimX) dQkv[q + d] = dQuery[d] * scale;
    }

    static void BackwardKey(
        int item, ArrayView<float> dOutput, ArrayView<float> qkv, ArrayView<float> output, ArrayView<float> logSumExp, AttentionShape shape,
        ArrayView<float> dQkv)
    {
        int size = shape.HeadSize, step = shape.TokenSize;
        int row = item % shape.Length;
        int kvHead = item / shape.Length % shape.KeyValueHeads, batch = item / shape.Length / shape.KeyValueHeads;
        int token = batch * shape.Length * step;
        int k = token + row * step + (shape.Heads + kvHead) * size, v = k + shape.KeyValueHeads * size;
        float scale = 1 / MathF.Sqrt(size);
        var key = SharedMemory.Allocate<float>(AttentionShape.MaxHeadSize);
        var value = SharedMemory.Allocate<float>(AttentionShape.MaxHeadSize);
        var dKey = SharedMemory.Allocate<float>(AttentionShape.MaxHeadSize);
        var dValue = SharedMemory.Allocate<float>(AttentionShape.MaxHeadSize);
        var weights = SharedMemory.Allocate<float>(GroupReduce.MaxGroupSize);
        var dLogits = SharedMemory.Allocate<float>(GroupReduce.MaxGroupSize);
        Group.Barrier();
        for (int d = Group.IdxX; d < size; d += Group.DimX)
        {
            key[d] = qkv[k + d] * scale;
            value[d] = qkv[v + d];
            dKey[d] = 0;
            dValue[d] = 0;
        }
        Group.Barrier();
        for (int head = kvHead * shape.Group; head < (kvHead + 1) * shape.Group; head++)
        {
            int queries = token + head * size, outputs = batch * shape.Length * shape.OutputSize + head * size;
            int lse = (batch * shape.Heads + head) * shape.Length;
            for (int chunk = row; chunk < shape.Length; chunk += Group.DimX)
            {
                int count = IntrinsicMath.Min(Group.DimX, shape.Length - chunk);
                if (Group.IdxX < count)
                {
                    int i = chunk + Group.IdxX, q = queries + i * step, y = outputs + i * shape.OutputSize;
                    float logit = 0, dWeight = 0, delta = 0;
                    for (int d = 0; d < size; d++)
                    {
                        float dy = dOutput[y + d];
                        logit += key[d] * qkv[q + d];
                        dWeight += dy * value[d];
                        delta += dy * output[y + d];
                    }
                    float weight = MathF.Exp(logit - logSumExp[lse + i]);
                    weights[Group.IdxX] = weight;
                    dLogits[Group.IdxX] = weight * (dWeight - delta);
                }
                Group.Barrier();
                for (int d = Group.IdxX; d < size; d += Group.DimX)
                {
                    float sumK = dKey[d], sumV = dValue[d];
                    for (int i = 0; i < count; i++)
                    {
                        sumK += dLogits[i] * qkv[queries + (chunk + i) * step + d];
                        sumV += weights[i] * dOutput[outputs + (chunk + i) * shape.OutputSize + d];
                    }
                    dKey[d] = sumK;
                    dValue[d] = sumV;
                }
                Group.Barrier();
            }
        }
        for (int d = Group.IdxX; d < size; d += Group.DimX)
        {
            dQkv[k + d] = dKey[d] * scale;
            dQkv[v + d] = dValue[d];
        }
    }
}
