using GpuLm.Kernels.Attention.Cuda;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda.Intrinsics;
using GpuLm.Kernels.Cuda.Tiles;
using ILGPU;

namespace GpuLm.Kernels.Attention;

public static partial class AttentionKernels
{
    public static partial class Flash
    {
        /// <summary>
        /// What each query's sums start from in the two kernels below: minusLogSumExp = -logSumExp sqrt(D), so that a sum of products q k
        /// comes out as the exponent of a weight, and minusDelta = -sum over d of dOutput output, so that a sum of products dOutput v comes
        /// out as dweight - delta. dOutput and output [B T, H D], the rest [B, H, T]. D / 8 threads own a query, 16 bytes each.
        /// </summary>
        public static void PrepareBackward<TShape>(
            ArrayView<BFloat16> dOutput, ArrayView<BFloat16> output, ArrayView<float> logSumExp, AttentionShape shape,
            ArrayView<float> minusLogSumExp, ArrayView<float> minusDelta)
            where TShape : struct, IFlashShape
        {
            int index = Grid.IdxX * Group.DimX + Group.IdxX, threads = default(TShape).HeadSize / 8, row = index / threads;
            bool inside = row < shape.Queries;
            int vector = inside ? index : 0;
            float delta = (Float8.Unpack(dOutput.Cast<UInt4>()[vector]) * Float8.Unpack(output.Cast<UInt4>()[vector])).Sum();
            delta += Warps.ShuffleXor(delta, 1);
            delta += Warps.ShuffleXor(delta, 2);
            delta += Warps.ShuffleXor(delta, 4);
            if (default(TShape).HeadSize == 128) delta += Warps.ShuffleXor(delta, 8);
            if (!inside || (index & (threads - 1)) != 0) return;
            int token = row / shape.Heads, head = row % shape.Heads;
            int query = (token / shape.Length * shape.Heads + head) * shape.Length + token % shape.Length;
            minusLogSumExp[query] = -logSumExp[query] / default(TShape).Scale;
            minusDelta[query] = -delta;
        }

        /// <summary>
        /// dq_i = sum over j of ds_ij k_j / sqrt(D); the formulas of <see cref="AttentionKernels.Backward"/>. Grid: query blocks x B H, the
        /// longest first. A group owns a block of queries and steps over the keys up to their diagonal; one barrier a step. Weights and
        /// their gradients are computed anew in fp32 from products in bf16; ds is rounded to bf16 for its product with the keys.
        /// </summary>
        public static void QueryGradient<TShape, TScores, TSum>(
            ArrayView<BFloat16> dOutput, ArrayView<BFloat16> qkv, ArrayView<float> minusLogSumExp, ArrayView<float> minusDelta,
            AttentionShape shape, ArrayView<BFloat16> dQkv)
            where TShape : struct, IFlashShape where TScores : struct where TSum : struct
        {
            int columns = default(TShape).Columns, rows = default(TShape).Rows;
            int heads = shape.Batch * shape.Heads, item = Grid.IdxX % heads, head = item % shape.Heads, batch = item / shape.Heads;
            int first = (Grid.DimX / heads - 1 - Grid.IdxX / heads) * rows;
            int queries = shape.QueryOffset(batch, head);
            var keys = qkv.SubView(shape.KeyOffset(batch, head / shape.Group));
            var values = qkv.SubView(shape.ValueOffset(batch, head / shape.Group));
            int warpRow = FlashTile.FirstRowOfWarp<TShape>();
            uint tileBytes = (uint)FlashTile.Bytes<TShape>(columns), ownBytes = (uint)FlashTile.Bytes<TShape>(rows), stage = 0;
            uint queryTile = SharedAccess.Dynamic(), stages = queryTile + 2 * ownBytes, numbers = stages + 4 * tileBytes;
            uint numberBytes = (uint)(rows * sizeof(float));
            FlashTile.Start<TShape>(qkv.SubView(queries), shape.TokenSize, first, shape.Length, rows, queryTile);
            FlashTile.Start<TShape>(
                dOutput.SubView(shape.OutputOffset(batch, head)), shape.OutputSize, first, shape.Length, rows, queryTile + ownBytes);
            FlashTile.StartNumbers(minusLogSumExp.SubView(item * shape.Length), first, shape.Length, rows, numbers);
            FlashTile.StartNumbers(minusDelta.SubView(item * shape.Length), first, shape.Length, rows, numbers + numberBytes);
            FlashTile.StartKeys<TShape>(keys, values, shape, 0, stages);
            AsyncCopy.Commit();

            uint query = PanelTile.DownFirst(queryTile, warpRow);
            uint key = PanelTile.AcrossFirst(stages), keyDown = PanelTile.DownFirst(stages, 0);
            uint number = numbers + (uint)((warpRow + (Warps.Lane >> 2)) * sizeof(float));
            TSum dQuery = default;
            int end = IntrinsicMath.Min(first + rows, shape.Length), step = 0;
            for (; step < IntrinsicMath.Min(end, first + warpRow + default(TShape).WarpRows); step += columns)
            {
                FlashTile.NextKeys<TShape>(keys, values, shape, step + columns, end, stages + (stage ^ (2 * tileBytes)));
                TScores weights = WarpProduct.AddTransposed(
                    WarpScores.FromRows<TScores>(number, default(TShape).Columns), query, key + stage, default(TShape).Rows,
                    default(TShape).Columns, default(TShape).HeadSize);
                weights = HideLaterKeys<TShape, TScores>(weights, first + warpRow - step);
                weights = WarpScores.Exponentiate(weights, default(TShape).Scale * Log2E);
                TScores dScores = WarpProduct.AddTransposed(
                    WarpScores.FromRows<TScores>(number + numberBytes, default(TShape).Columns), query + ownBytes, key + stage + tileBytes,
                    default(TShape).Rows, default(TShape).Columns, default(TShape).HeadSize);
                dScores = WarpScores.Multiply(dScores, weights);
                dQuery = WarpProduct.Add(dQuery, dScores, keyDown + stage, default(TShape).Columns, default(TShape).HeadSize);
                stage ^= 2 * tileBytes;
            }
            for (; step < end; step += columns)
            {
                FlashTile.NextKeys<TShape>(keys, values, shape, step + columns, end, stages + (stage ^ (2 * tileBytes)));
                stage ^= 2 * tileBytes;
            }
            dQuery = WarpRows.Scale(dQuery, WarpRows.All(default(TShape).Scale), default(TShape).HeadSize);
            FlashTile.Write<TShape, TSum>(dQuery, queryTile, dQkv.SubView(queries), shape.TokenSize, first, shape.Length);
        }

        /// <summary>
        /// dk_j = sum over i of ds_ij q_i / sqrt(D), dv_j = sum over i of p_ij dOutput_i; the formulas of
        /// <see cref="AttentionKernels.Backward"/>. Grid: key blocks x B Hkv, the longest first. A group owns a block of keys and steps
        /// over the queries from their diagonal on, one head of those that share the keys after the other; one barrier a step. Weights are
        /// computed transposed, [keys, queries], so that a warp keeps both gradients of its keys in registers. Queries from T on are zeros
        /// and add nothing.
        /// </summary>
        public static void KeyValueGradient<TShape, TScores, TSum>(
            ArrayView<BFloat16> dOutput, ArrayView<BFloat16> qkv, ArrayView<float> minusLogSumExp, ArrayView<float> minusDelta,
            AttentionShape shape, ArrayView<BFloat16> dQkv)
            where TShape : struct, IFlashShape where TScores : struct where TSum : struct
        {
            int columns = default(TShape).Columns, rows = default(TShape).Rows;
            int heads = shape.Batch * shape.KeyValueHeads, item = Grid.IdxX % heads;
            int keyHead = item % shape.KeyValueHeads, batch = item / shape.KeyValueHeads, first = Grid.IdxX / heads * rows;
            int keys = shape.KeyOffset(batch, keyHead), values = shape.ValueOffset(batch, keyHead);
            int warpRow = FlashTile.FirstRowOfWarp<TShape>();
            uint tileBytes = (uint)FlashTile.Bytes<TShape>(columns), ownBytes = (uint)FlashTile.Bytes<TShape>(rows);
            uint keyTile = SharedAccess.Dynamic(), stage = keyTile + 2 * ownBytes, other = stage + 2 * tileBytes + FlashQueries.NumberBytes;
            FlashTile.Start<TShape>(qkv.SubView(keys), shape.TokenSize, first, shape.Length, rows, keyTile);
            FlashTile.Start<TShape>(qkv.SubView(values), shape.TokenSize, first, shape.Length, rows, keyTile + ownBytes);
            int head = keyHead * shape.Group, endHead = head + shape.Group, step = first;
            FlashQueries.Start<TShape>(dOutput, qkv, minusLogSumExp, minusDelta, shape, batch, head, step, stage);
            AsyncCopy.Commit();

            uint key = PanelTile.DownFirst(keyTile, warpRow), across = PanelTile.AcrossFirst(0), down = PanelTile.DownFirst(0, 0);
            uint number = 2 * tileBytes + (uint)((Warps.Lane & 3) * 2 * sizeof(float));
            TSum dKey = default, dValue = default;
            while (head < endHead)
            {
                AsyncCopy.WaitForAllBut(0);
                // This step has landed for all threads, and all are through with the one before, whose stage is refilled.
                Group.Barrier();
                bool more = step + columns < shape.Length;
                int nextHead = more ? head : head + 1, nextStep = more ? step + columns : first;
                if (nextHead < endHead)
                {
                    FlashQueries.Start<TShape>(dOutput, qkv, minusLogSumExp, minusDelta, shape, batch, nextHead, nextStep, other);
                }
                AsyncCopy.Commit();
                TScores weights = WarpProduct.AddTransposed(
                    WarpScores.FromColumns<TScores>(stage + number, default(TShape).Columns), key, stage + across, default(TShape).Rows,
                    default(TShape).Columns, default(TShape).HeadSize);
                int below = step - first - warpRow;
                weights = WarpScores.Mask(
                    weights, below - default(TShape).WarpRows + 1, below + (Warps.Lane & 3) * 2 - (Warps.Lane >> 2), -1,
                    default(TShape).Columns);
                weights = WarpScores.Exponentiate(weights, default(TShape).Scale * Log2E);
                dValue = WarpProduct.Add(dValue, weights, stage + tileBytes + down, default(TShape).Columns, default(TShape).HeadSize);
                TScores dScores = WarpProduct.AddTransposed(
                    WarpScores.FromColumns<TScores>(stage + number + FlashQueries.NumberBytes / 2, default(TShape).Columns), key + ownBytes,
                    stage + tileBytes + across, default(TShape).Rows, default(TShape).Columns, default(TShape).HeadSize);
                dScores = WarpScores.Multiply(dScores, weights);
                dKey = WarpProduct.Add(dKey, dScores, stage + down, default(TShape).Columns, default(TShape).HeadSize);
                (head, step) = (nextHead, nextStep);
                (stage, other) = (other, stage);
            }
            dKey = WarpRows.Scale(dKey, WarpRows.All(default(TShape).Scale), default(TShape).HeadSize);
            FlashTile.Write<TShape, TSum>(dKey, keyTile, dQkv.SubView(keys), shape.TokenSize, first, shape.Length);
            FlashTile.Write<TShape, TSum>(dValue, keyTile + ownBytes, dQkv.SubView(values), shape.TokenSize, first, shape.Length);
        }
    }
}
