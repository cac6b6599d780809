using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using GpuLm.Kernels.Primitives;
using ILGPU;

namespace GpuLm.Kernels.Reduction;

/// <summary>
/// What a group sums of a long run of floats that it owns. These are the CPU bodies: fp32 vector lanes within a block, the blocks in double,
/// so that the error does not grow with the length (about u sqrt(BlockLength / lanes) of the sum of magnitudes, u = 2^-24).
/// </summary>
[DeviceBodies(typeof(BlockOnDevice))]
static class Block
{
    /// <summary>Floats that are summed in fp32.</summary>
    const int BlockLength = 4096;

    /// <summary>sum_i x[i]; every thread of the group gets it.</summary>
    public static float Sum(ArrayView<float> x)
    {
        double sum = 0;
        for (long start = 0; start < x.Length; start += BlockLength) sum += TensorPrimitives.Sum(Span(x, start));
        return (float)sum;
    }

    /// <summary>sum_i x[i]^2; every thread of the group gets it. Infinite where a square or the sum is not a float any more.</summary>
    public static float SumOfSquares(ArrayView<float> x)
    {
        double sum = 0;
        for (long start = 0; start < x.Length; start += BlockLength) sum += TensorPrimitives.SumOfSquares(Span(x, start));
        return (float)sum;
    }

    static ReadOnlySpan<float> Span(ArrayView<float> x, long start) =>
        MemoryMarshal.CreateReadOnlySpan(ref x[start], (int)Math.Min(BlockLength, x.Length - start));
}
