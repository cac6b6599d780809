using GpuLm.Kernels.Cuda;
using GpuLm.Kernels.Cuda.Intrinsics;
using GpuLm.Kernels.MatMul.Cuda;
using GpuLm.Kernels.MatMul.Cuda.Mma;
using ILGPU;

namespace GpuLm.Kernels.MatMul;

public static partial class MatMulKernels
{
    /// <summary>The matrix product on tensor cores by mma.sync (sm_80 and later).</summary>
    public static class TensorCore
    {
        internal const int SumThreads = 256;

        /// <summary>
        /// C = epilogue(beta C + op(A) op(B)), operands in bf16 or tf32, sums in fp32. Grid: tiles x splits of K x batch; a group owns a
        /// tile of C, or one split of it, which it writes to <paramref name="partials"/> [splits, M, LeadingPartial]. Asynchronous copies
        /// bring parts of K into shared memory, swizzled, several ahead; matrix loads and mma.sync consume them; one barrier a part. The
        /// sums go through the same memory, so that a thread finishes eight neighbours of a row and C is accessed by 16 bytes. No atomics.
        /// </summary>
        public static void Tile<TTile, TLayout, TNumbers, TSum>(
            ArrayView<byte> a, ArrayView<byte> b, ArrayView<float> bias, ArrayView<byte> extra, TensorCorePlan plan,
            ArrayView<float> partials, ArrayView<byte> c)
            where TTile : struct, IMmaTile where TLayout : struct, IOperandLayout where TNumbers : struct, IOperandNumbers
            where TSum : struct
        {
            uint shared = SharedAccess.Dynamic();
            var tile = TileOrder.At(Grid.IdxX, plan);
            int row = Evaluate.Here(tile.Down * default(TTile).Rows), column = Evaluate.Here(tile.Across * default(TTile).Columns);
            int firstK = Grid.IdxY * plan.SplitDepth, batch = Grid.IdxZ;
            var sum = MmaMainLoop.Multiply<TTile, TLayout, TNumbers, TSum>(
                a.SubView(batch * plan.BatchBytesA), b.SubView(batch * plan.BatchBytesB), plan, row, column, firstK,
                IntrinsicMath.Min(plan.K, firstK + plan.SplitDepth), shared);

            int stride = (default(TTile).Columns + WarpTile.SumPadding) * sizeof(float), lane = Warps.Lane;
            int sumRow = MmaMainLoop.WarpRow<TTile>() + (lane >> 2), sumColumn = MmaMainLoop.WarpColumn<TTile>() + 2 * (lane & 3);
            WarpTile.Store<TTile, TSum>(sum, shared + (uint)(sumRow * stride + sizeof(float) * sumColumn), stride);
            Group.Barrier();
            int eights = default(TTile).Columns / 8, endRow = IntrinsicMath.Min(default(TTile).Rows, plan.M - row);
            int inColumn = Evaluate.Here(Group.IdxX % eights * 8), firstRow = Evaluate.Here(Group.IdxX / eights);
            for (int inRow = firstRow; inRow < endRow; inRow += default(TTile).Threads / eights)
            {
                uint address = shared + (uint)(inRow * stride + sizeof(float) * inColumn);
                TensorCoreEpilogue.Finish(
                    address, bias, extra, plan, row + inRow, column + inColumn, Grid.IdxY, partials, batch * plan.StrideC, c);
            }
        }

        /// <summary>
        /// C = epilogue(beta C + the sum of the partial results, in the order of the splits). A thread owns eight neighbours of a row.
        /// </summary>
        [LaunchBounds(SumThreads)]
        public static void SumSplits(
            ArrayView<float> partials, ArrayView<float> bias, ArrayView<byte> extra, TensorCorePlan plan, ArrayView<byte> c)
        {
            int eights = (plan.N + 7) / 8;
            long item = (long)Grid.IdxX * Group.DimX + Group.IdxX;
            int row = (int)(item / eights), column = (int)(item % eights) * 8;
            if (row >= plan.M) return;
            long first = (long)row * plan.LeadingPartial + column, step = (long)plan.M * plan.LeadingPartial;
            long index = (long)row * plan.LeadingC + column;
            if (plan.VectorC != 0 && column + 8 <= plan.N)
            {
                var sum = Float8.All(0f);
                for (int split = 0; split < plan.Splits; split++) sum += Float8.Load(partials.Cast<Float4>(), (first + split * step) / 8);
                TensorCoreEpilogue.Write<EightAtOnce>(sum, bias, extra, plan, index, column, c);
                return;
            }
            for (int i = 0; i < IntrinsicMath.Min(8, plan.N - column); i++)
            {
                float sum = 0f;
                for (int split = 0; split < plan.Splits; split++) sum += partials[first + split * step + i];
                TensorCoreEpilogue.Write<OneByOne>(Float8.All(sum), bias, extra, plan, index + i, column + i, c);
            }
        }
    }
}
