using GpuLm.Kernels.Attention.Cuda;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda.Intrinsics;
using GpuLm.Kernels.Cuda.Tiles;
using ILGPU;

namespace GpuLm.Kernels.Attention;

public static partial class AttentionKernels
{
    /// <summary>
    /// Attention in bf16 on tensor cores (Dao 2023, "FlashAttention-2"): a warp owns rows and keeps everything that belongs to them in
    /// registers; what it steps over passes through shared memory in two stages.
    /// </summary>
    public static partial class Flash
    {
        const float Log2E = 1.44269504f, Ln2 = 0.693147181f;

        /// <summary>
        /// The formula of <see cref="AttentionKernels.Forward"/>; qkv and output in bf16, logSumExp in fp32. Grid: query blocks x B H, the
        /// longest first. A group owns a block of queries of a head; one barrier a step of keys. Products in bf16 with fp32 sums; the
        /// softmax is online, in fp32 and base 2; weights are rounded to bf16 for their product with the values, not for their sum. Only
        /// steps that cross the diagonal are masked. Keys from T on lie beyond every query's diagonal.
        /// </summary>
        public static void Forward<TShape, TScores, TOutput>(
            ArrayView<BFloat16> qkv, AttentionShape shape, ArrayView<BFloat16> output, ArrayView<float> logSumExp)
            where TShape : struct, IFlashShape where TScores : struct where TOutput : struct
        {
            int columns = default(TShape).Columns;
            int heads = shape.Batch * shape.Heads, item = Grid.IdxX % heads, head = item % shape.Heads, batch = item / shape.Heads;
            int first = (Grid.DimX / heads - 1 - Grid.IdxX / heads) * default(TShape).Rows;
            var queries = qkv.SubView(shape.QueryOffset(batch, head));
            var keys = qkv.SubView(shape.KeyOffset(batch, head / shape.Group));
            var values = qkv.SubView(shape.ValueOffset(batch, head / shape.Group));
            int warpRow = FlashTile.FirstRowOfWarp<TShape>();
            uint tileBytes = (uint)FlashTile.Bytes<TShape>(columns), stage = 0;
            uint queryTile = SharedAccess.Dynamic(), stages = queryTile + (uint)FlashTile.Bytes<TShape>(default(TShape).Rows);
            FlashTile.Start<TShape>(queries, shape.TokenSize, first, shape.Length, default(TShape).Rows, queryTile);
            FlashTile.StartKeys<TShape>(keys, values, shape, 0, stages);
            AsyncCopy.Commit();

            float factor = default(TShape).Scale * Log2E;
            uint query = PanelTile.DownFirst(queryTile, warpRow), key = PanelTile.AcrossFirst(stages);
            uint value = PanelTile.DownFirst(stages + tileBytes, 0);
            Float4 max = WarpRows.All(float.NegativeInfinity), sum = default;
            TOutput weighted = default;
            int end = IntrinsicMath.Min(first + default(TShape).Rows, shape.Length), step = 0;
            for (; step < IntrinsicMath.Min(end, first + warpRow + default(TShape).WarpRows); step += columns)
            {
                FlashTile.NextKeys<TShape>(keys, values, shape, step + columns, end, stages + (stage ^ (2 * tileBytes)));
                TScores scores = WarpProduct.AddTransposed<TScores>(
                    default, query, key + stage, default(TShape).Rows, default(TShape).Columns, default(TShape).HeadSize);
                scores = HideLaterKeys<TShape, TScores>(scores, first + warpRow - step);
                Float4 newMax = WarpRows.Max(scores, max, default(TShape).Columns);
                Float4 correction = Exp2(Times(Minus(max, newMax), WarpRows.All(factor)));
                scores = WarpRows.Exponentiate(scores, factor, Times(newMax, WarpRows.All(factor)), default(TShape).Columns);
                sum = WarpRows.AddSums(Times(sum, correction), scores, default(TShape).Columns);
                weighted = WarpRows.Scale(weighted, correction, default(TShape).HeadSize);
                weighted = WarpProduct.Add(weighted, scores, value + stage, default(TShape).Columns, default(TShape).HeadSize);
                max = newMax;
                stage ^= 2 * tileBytes;
            }
            // The group's last steps lie beyond this warp's diagonal: it only helps to copy.
            for (; step < end; step += columns)
            {
                FlashTile.NextKeys<TShape>(keys, values, shape, step + columns, end, stages + (stage ^ (2 * tileBytes)));
                stage ^= 2 * tileBytes;
            }

            sum = WarpRows.QuadSum(sum);
            weighted = WarpRows.Scale(weighted, Reciprocal(sum), default(TShape).HeadSize);
            FlashTile.Write<TShape, TOutput>(
                weighted, queryTile, output.SubView(shape.OutputOffset(batch, head)), shape.OutputSize, first, shape.Length);
            // The four threads of a quad share four rows: each writes one of them.
            int row = first + warpRow + (Warps.Lane >> 2) + (Warps.Lane & 3) * 8;
            if (row < shape.Length) logSumExp[item * shape.Length + row] = (Own(max) * factor + Numbers.Log2(Own(sum))) * Ln2;
        }

        /// <summary>
        /// Masks what lies beyond the diagonal of scores [queries, keys]; the warp's first query is so many tokens behind the first key.
        /// </summary>
        static TScores HideLaterKeys<TShape, TScores>(TScores scores, int above)
            where TShape : struct, IFlashShape where TScores : struct => WarpScores.Mask(
                scores, above - default(TShape).Columns + 1, above + (Warps.Lane >> 2) - (Warps.Lane & 3) * 2, 1,
                default(TShape).Columns);

        static Float4 Exp2(Float4 x) =>
            new() { X = Numbers.Exp2(x.X), Y = Numbers.Exp2(x.Y), Z = Numbers.Exp2(x.Z), W = Numbers.Exp2(x.W) };

        static Float4 Minus(Float4 x, Float4 y) => new() { X = x.X - y.X, Y = x.Y - y.Y, Z = x.Z - y.Z, W = x.W - y.W };

        static Float4 Times(Float4 x, Float4 y) => new() { X = x.X * y.X, Y = x.Y * y.Y, Z = x.Z * y.Z, W = x.W * y.W };

        static Float4 Reciprocal(Float4 x) =>
            new() { X = Numbers.Reciprocal(x.X), Y = Numbers.Reciprocal(x.Y), Z = Numbers.Reciprocal(x.Z), W = Numbers.Reciprocal(x.W) };

        static float Own(Float4 x)
        {
            int row = Warps.Lane & 3;
            return row == 0 ? x.X : row == 1 ? x.Y : row == 2 ? x.Z : x.W;
        }
    }
}
