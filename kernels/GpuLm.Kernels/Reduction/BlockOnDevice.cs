using GpuLm.Kernels.Primitives;
using ILGPU;

namespace GpuLm.Kernels.Reduction;

/// <summary>The device bodies of <see cref="Block"/>: a chain of fp32 sums a thread, then a tree, in a fixed order.</summary>
static class BlockOnDevice
{
    public static float Sum(ArrayView<float> x)
    {
        float sum = 0;
        for (long i = Group.IdxX; i < x.Length; i += Group.DimX) sum += x[i];
        return GroupReduce.Sum(sum);
    }

    public static float SumOfSquares(ArrayView<float> x)
    {
        float sum = 0;
        for (long i = Group.IdxX; i < x.Length; i += Group.DimX) sum += x[i] * x[i];
        return GroupReduce.Sum(sum);
    }
}
