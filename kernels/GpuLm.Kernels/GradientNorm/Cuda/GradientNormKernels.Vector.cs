using GpuLm.Kernels.Cuda;
using GpuLm.Kernels.Cuda.Intrinsics;
using GpuLm.Kernels.Cuda.Rows;
using ILGPU;

namespace GpuLm.Kernels.GradientNorm;

/// <content>The kernel of NVIDIA GPUs.</content>
public static partial class GradientNormKernels
{
    /// <summary>
    /// The threads of the grid take turns at vectors of four floats, four of them at a time: neighbours read neighbouring vectors, and a
    /// thread has four loads under way. Sums in fp32; a warp's by shuffles, see <see cref="GroupWarps"/>. The order depends on length and
    /// grid.
    /// </summary>
    public static class FourPerThread
    {
        /// <summary>partials[g] = the sum of the squares that group g took; <paramref name="vectors"/> counts in fours.</summary>
        [LaunchBounds(VectorAccess.GroupSize)]
        public static void PartialSquares(ArrayView<Float4> gradients, long vectors, ArrayView<float> partials)
        {
            long step = (long)Grid.DimX * Group.DimX, i = VectorAccess.Item;
            float sum = 0;
            for (; i + 3 * step < vectors; i += 4 * step)
            {
                Float4 a = gradients[i], b = gradients[i + step], c = gradients[i + 2 * step], d = gradients[i + 3 * step];
                sum += SumOfSquares(a) + SumOfSquares(b) + (SumOfSquares(c) + SumOfSquares(d));
            }
            for (; i < vectors; i += step) sum += SumOfSquares(gradients[i]);
            sum = GroupWarps.Sum(sum);
            if (Group.IdxX == 0) partials[Grid.IdxX] = sum;
        }

        static float SumOfSquares(Float4 x) => x.X * x.X + x.Y * x.Y + (x.Z * x.Z + x.W * x.W);
    }
}
