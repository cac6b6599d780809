using GpuLm.Kernels.Attention.Cuda;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda.Intrinsics;
using GpuLm.Kernels.Cuda.Tiles;
using ILGPU;

namespace GpuLm.Kernels.Attention;

public static partial class AttentionKernels
{
    /// <summary>
    /// Attention in bf16 on tensor cores (Dao 2023, "FlashAttention-2"): a warp owns rows and keeps everything that belongs to them in registers;
    /// what it steps over passes through shared memory in two stages.
    /// </summary>
    public static partial class Flash
    {
        const float Log2E = 1.44269504f, Ln2 = 0.693147181f;

        /// <summary>
        /// The formula of <see cref="AttentionKernels.Forward"/>; qkv and output in bf16, logSumExp in fp32. Grid: query blocks x B H, the longest
        /// first. A group owns a block of queries of a head; one barrier a step of keys. Products in bf16 with fp32 sums; the softmax is online, in
        /// fp32 and base 2; weights are rounded to bf16 for their product with the values, not for their sum. Only steps that cross the diagonal
        /// are masked, and a warp leaves out those beyond its own. Keys from T on lie beyond every query's diagonal.
        /// </summary>
        public static void Forward<TShape, TScores, TOutput>(
            ArrayView<BFloat16> qkv, AttentionShape shape, ArrayView<BFloat16> output, ArrayView<float> logSumExp)
            where TShape : struct, IFlashShape where TScores : struct where TOutput : struct
        {
            int size = default(TShape).HeadSize, columns = default(TShape).Columns, step = shape.TokenSize;
            int heads = shape.Batch * shape.Heads, item = Grid.IdxX % heads, head = item % shape.Heads, batch = item / shape.Heads;
            int first = (Grid.DimX / heads - 1 - Grid.IdxX / heads) * default(TShape).Rows;
            var token = qkv.SubView(batch * shape.Length * step);
            var queries = token.SubView(head * size);
            var keys = token.SubView((shape.Heads + head / shape.Group) * size);
            var values = keys.SubView(shape.KeyValueHeads * size);

            uint queryTile = SharedAccess.Dynamic(), stages = queryTile + (uint)FlashTile.Bytes<TShape>(default(TShape).Rows);
            int tileBytes = FlashTile.Bytes<TShape>(columns);
            int lane = Warps.Lane, warpRow = FlashTile.FirstRowOfWarp<TShape>();
            FlashTile.Start<TShape>(queries, step, first, shape.Length, default(TShape).Rows, queryTile);
            FlashTile.Start<TShape>(keys, step, 0, shape.Length, columns, stages);
            FlashTile.Start<TShape>(values, step, 0, shape.Length, columns, stages + (uint)tileBytes);
            AsyncCopy.Commit();

            float factor = Log2E / MathF.Sqrt(size);
            Float4 max = WarpRows.All(float.NegativeInfinity), sum = default;
            TOutput weighted = default;
            uint offset = 0;
            int end = IntrinsicMath.Min(first + default(TShape).Rows, shape.Length);
            for (int key = 0; key < end; key += columns)
            {
                AsyncCopy.WaitForAllBut(0);
                // This step has landed for all threads, and all are through with the one before, whose stage is refilled.
                Group.Barrier();
                uint stage = stages + offset;
                offset ^= (uint)(2 * tileBytes);
                if (key + columns < end)
                {
                    FlashTile.Start<TShape>(keys, step, key + columns, shape.Length, columns, stages + offset);
                    FlashTile.Start<TShape>(values, step, key + columns, shape.Length, columns, stages + offset + (uint)tileBytes);
                }
                AsyncCopy.Commit();
                int above = first + warpRow - key;

                TScores scores = WarpProduct.AddTransposed<TScores>(
                    default, PanelTile.DownFirst(queryTile, warpRow), PanelTile.AcrossFirst(stage), default(TShape).Rows, default(TShape).Columns,
                    default(TShape).HeadSize);
                if (above < columns - 1) scores = WarpScores.Mask(scores, above + (lane >> 2) - (lane & 3) * 2, 1, default(TShape).Columns);
                Float4 newMax = WarpRows.Max(scores, max, default(TShape).Columns);
                Float4 correction = Correction(max, newMax, factor);
                scores = WarpRows.Exponentiate(scores, factor, Times(newMax, factor), default(TShape).Columns);
                sum = WarpRows.AddSums(Times(sum, correction), scores, default(TShape).Columns);
                weighted = WarpRows.Scale(weighted, correction, default(TShape).HeadSize);
                weighted = WarpProduct.Add(
                    weighted, scores, PanelTile.DownFirst(stage + (uint)tileBytes, 0), default(TShape).Columns, default(TShape).HeadSize);
                max = newMax;
            }
            sum = WarpRows.QuadSum(sum);
            weighted = WarpRows.Scale(weighted, Reciprocal(sum), default(TShape).HeadSize);
            FlashTile.Write<TShape, TOutput>(
                weighted, queryTile, output.SubView(batch * shape.Length * shape.OutputSize + head * size), shape.OutputSize, first, shape.Length);
            // The four threads of a quad share four rows: each writes one of them.
            int query = first + warpRow + (lane >> 2) + (lane & 3) * 8;
            if (query < shape.Length) logSumExp[item * shape.Length + query] = (Own(max) * factor + Numbers.Log2(Own(sum))) * Ln2;
        }

        static Float4 Correction(Float4 old, Float4 max, float factor) => new()
        {
            X = Numbers.Exp2((old.X - max.X) * factor), Y = Numbers.Exp2((old.Y - max.Y) * factor),
            Z = Numbers.Exp2((old.Z - max.Z) * factor), W = Numbers.Exp2((old.W - max.W) * factor),
        };

        static Float4 Times(Float4 x, float factor) => Times(x, WarpRows.All(factor));

        static Float4 Times(Float4 x, Float4 y) => new() { X = x.X * y.X, Y = x.Y * y.Y, Z = x.Z * y.Z, W = x.W * y.W };

        static Float4 Reciprocal(Float4 x) => new() { X = Numbers.Reciprocal(x.X), Y = Numbers.Reciprocal(x.Y), Z = Numbers.Reciprocal(x.Z), W = Numbers.Reciprocal(x.W) };

        static float Own(Float4 x)
        {
            int row = Group.IdxX & 3;
            return row == 0 ? x.X : row == 1 ? x.Y : row == 2 ? x.Z : x.W;
        }
    }
}
