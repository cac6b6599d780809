using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using GpuLm.Kernels.Primitives;
using ILGPU;

namespace GpuLm.Kernels.Embedding;

/// <summary>What the embedding's gradient does with a row. These are the CPU bodies.</summary>
[DeviceBodies(typeof(EmbeddingRowOnDevice))]
static class EmbeddingRow
{
    /// <summary>
    /// y += sum_k x[order[k]] for k in [first, end), in that order, the rows of x having the length of <paramref name="y"/>.
    /// </summary>
    public static void AddRows(ArrayView<float> x, ArrayView<int> order, int first, int end, ArrayView<float> y)
    {
        var sum = MemoryMarshal.CreateSpan(ref y[0], y.IntLength);
        for (int k = first; k < end; k++)
        {
            TensorPrimitives.Add(sum, MemoryMarshal.CreateReadOnlySpan(ref x[(long)order[k] * sum.Length], sum.Length), sum);
        }
    }
}

/// <summary>The device bodies of <see cref="EmbeddingRow"/>.</summary>
static class EmbeddingRowOnDevice
{
    public static void AddRows(ArrayView<float> x, ArrayView<int> order, int first, int end, ArrayView<float> y)
    {
        for (int j = Group.IdxX; j < y.IntLength; j += Group.DimX)
        {
            float sum = y[j];
            for (int k = first; k < end; k++) sum += x[(long)order[k] * y.IntLength + j];
            y[j] = sum;
        }
    }
}
