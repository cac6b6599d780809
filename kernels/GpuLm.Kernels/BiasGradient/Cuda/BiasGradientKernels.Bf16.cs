using GpuLm.Kernels.Cuda;
using GpuLm.Kernels.Cuda.Intrinsics;
using GpuLm.Kernels.Cuda.Rows;
using ILGPU;

namespace GpuLm.Kernels.BiasGradient;

/// <content>The kernels of NVIDIA GPUs.</content>
public static partial class BiasGradientKernels
{
    /// <summary>
    /// dY in bf16, sums in fp32. A group owns a tile of 256 columns and a share of the rows, see <see cref="ColumnTile"/>.
    /// </summary>
    public static class TilePerGroup
    {
        /// <summary>
        /// sums[share, j] (+)= the sum of dY[i, j] over the rows i of that share; <see cref="SumPartials"/> then adds up the shares. One
        /// share is the result already.
        /// </summary>
        [LaunchBounds(ColumnTile.GroupSize)]
        public static void SumRowShares(ArrayView<UInt4> dY, int rows, int columns, int shares, int accumulate, ArrayView<float> sums)
        {
            int tiles = Grid.DimX / shares, share = Grid.IdxX / tiles, tile = Grid.IdxX % tiles;
            int first = (int)((long)rows * share / shares), end = (int)((long)rows * (share + 1) / shares);
            var shared = SharedMemory.Allocate<float>(ColumnTile.GroupSize * VectorAccess.Eight);
            var sum = ColumnTile.Sum(dY, first, end, tile, columns);
            ColumnTile.Write(sum, shared, tile, columns, accumulate, sums.SubView((long)share * columns, columns));
        }

        /// <summary>dBias[j] (+)= sum over the shares of partials[share, j].</summary>
        [LaunchBounds(ColumnTile.LargeGroup)]
        public static void SumPartials(ArrayView<Float4> partials, int shares, int columns, int accumulate, ArrayView<float> dBias)
        {
            var shared = SharedMemory.Allocate<float>(ColumnTile.LargeGroup * VectorAccess.Eight);
            var sum = ColumnTile.Sum(partials, 0, shares, columns / VectorAccess.Eight, 0, Grid.IdxX, columns);
            ColumnTile.Write(sum, shared, Grid.IdxX, columns, accumulate, dBias);
        }
    }
}
