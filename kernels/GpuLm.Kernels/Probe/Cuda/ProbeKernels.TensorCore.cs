using GpuLm.Kernels.Cuda;
using GpuLm.Kernels.Cuda.Intrinsics;
using GpuLm.Kernels.Probe.Cuda;
using ILGPU;

namespace GpuLm.Kernels.Probe;

/// <content>What mma.sync can do at best.</content>
public static partial class ProbeKernels
{
    /// <summary>Tensor cores by mma.sync, operands and sums in registers.</summary>
    public static class TensorCore
    {
        /// <summary>Rows and columns of a tile.</summary>
        public const int Rows = 16, Columns = 8;

        /// <summary>Tiles of each warp: independent products in flight.</summary>
        public const int TilesPerWarp = 8;

        /// <summary>Threads of a group, and groups that fit on a multiprocessor together.</summary>
        public const int Threads = 128, GroupsPerMultiprocessor = 4;

        const int TileValues = Rows * Columns, WordsPerRow = 8;

        /// <summary>
        /// C += A B on every tile C [16, 8] of y, <paramref name="iterations"/> times over; A [16, K] by rows and B [K, 8] by columns, K
        /// terms in eight words each. A warp owns eight tiles, a thread the elements of each that
        /// <see cref="Kernels.Cuda.Intrinsics.TensorCore"/> says. No barriers, no memory between the first load and the last
        /// store. With small whole numbers every step is exact. The tiles begin with what y holds: equal ones might be computed once. On Hopper wgmma is faster, see <see cref="WarpGroup"/>.
        /// </summary>
        [LaunchBounds(Threads, GroupsPerMultiprocessor)]
        public static void MultiplyAdd<TProduct>(ArrayView<uint> a, ArrayView<uint> b, int iterations, ArrayView<float> y)
            where TProduct : struct, ITileProduct
        {
            int group = Warps.Lane >> 2, inGroup = Warps.Lane & 3, word = group * WordsPerRow + inGroup;
            var left = new UInt4 { X = a[word], Y = a[word + 64], Z = a[word + 4], W = a[word + 68] };
            var right = new UInt2 { X = b[word], Y = b[word + 4] };
            int warp = Grid.IdxX * (Threads / Warps.Size) + Warps.Index;
            int first = warp * TilesPerWarp * TileValues + group * Columns + 2 * inGroup;
            Float4 c0 = Load(y, first), c1 = Load(y, first + TileValues);
            Float4 c2 = Load(y, first + 2 * TileValues), c3 = Load(y, first + 3 * TileValues);
            Float4 c4 = Load(y, first + 4 * TileValues), c5 = Load(y, first + 5 * TileValues);
            Float4 c6 = Load(y, first + 6 * TileValues), c7 = Load(y, first + 7 * TileValues);
            for (int i = 0; i < iterations; i++)
            {
                c0 = default(TProduct).MultiplyAdd(c0, left, right);
                c1 = default(TProduct).MultiplyAdd(c1, left, right);
                c2 = default(TProduct).MultiplyAdd(c2, left, right);
                c3 = default(TProduct).MultiplyAdd(c3, left, right);
                c4 = default(TProduct).MultiplyAdd(c4, left, right);
                c5 = default(TProduct).MultiplyAdd(c5, left, right);
                c6 = default(TProduct).MultiplyAdd(c6, left, right);
                c7 = default(TProduct).MultiplyAdd(c7, left, right);
            }
            Store(y, first, c0);
            Store(y, first + TileValues, c1);
            Store(y, first + 2 * TileValues, c2);
            Store(y, first + 3 * TileValues, c3);
            Store(y, first + 4 * TileValues, c4);
            Store(y, first + 5 * TileValues, c5);
            Store(y, first + 6 * TileValues, c6);
            Store(y, first + 7 * TileValues, c7);
        }

        static Float4 Load(ArrayView<float> y, int at) =>
            new() { X = y[at], Y = y[at + 1], Z = y[at + 8 * Columns], W = y[at + 8 * Columns + 1] };

        static void Store(ArrayView<float> y, int at, Float4 c)
        {
            y[at] = c.X;
            y[at + 1] = c.Y;
            y[at + 8 * Columns] = c.Z;
            y[at + 8 * Columns + 1] = c.W;
        }
    }
}
