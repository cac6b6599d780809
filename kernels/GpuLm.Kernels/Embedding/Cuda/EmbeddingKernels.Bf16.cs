using GpuLm.Kernels.Cuda;
using GpuLm.Kernels.Cuda.Intrinsics;
using GpuLm.Kernels.Cuda.Rows;
using ILGPU;

namespace GpuLm.Kernels.Embedding;

/// <content>The kernels of NVIDIA GPUs.</content>
public static partial class EmbeddingKernels
{
    /// <summary>
    /// Tables and activations in bf16, gradients of the tables in fp32. A thread works on eight neighbouring channels, 16 bytes of bf16.
    /// <c>vectors</c> are the eights of a row.
    /// </summary>
    public static class EightPerThread
    {
        /// <summary>Threads of a group that sums a token's occurrences: few tokens occur often enough to occupy more.</summary>
        public const int TokenGroup = 128;

        /// <summary>y[b, t] = wte[ids[b, t]] + wpe[t]. A thread owns eight elements of y.</summary>
        [LaunchBounds(VectorAccess.GroupSize)]
        public static void Forward(
            ArrayView<int> ids, ArrayView<UInt4> wte, ArrayView<UInt4> wpe, int rows, int sequence, int vectors, ArrayView<UInt4> y)
        {
            // In 32 bits: a division of 64 bits would take longer than the memory.
            int i = (int)VectorAccess.Item, row = i / vectors, at = i % vectors;
            if (row < rows)
            {
                var token = wte[(long)ids[row] * vectors + at];
                y[i] = (Float8.Unpack(token) + Float8.Unpack(wpe[(long)(row % sequence) * vectors + at])).Pack();
            }
        }

        /// <summary>y[r] = wte[ids[r]] + wpe[positions[r]]. A thread owns eight elements of y.</summary>
        [LaunchBounds(VectorAccess.GroupSize)]
        public static void ForwardAt(
            ArrayView<int> ids, ArrayView<int> positions, ArrayView<UInt4> wte, ArrayView<UInt4> wpe, int rows, int vectors,
            ArrayView<UInt4> y)
        {
            int i = (int)VectorAccess.Item, row = i / vectors, at = i % vectors;
            if (row < rows)
            {
                var token = Float8.Unpack(wte[(long)ids[row] * vectors + at]);
                y[i] = (token + Float8.Unpack(wpe[(long)positions[row] * vectors + at])).Pack();
            }
        }

        /// <summary>
        /// dWpe[t] (+)= sum_b dY[b, t], and 0 beyond the sequence unless accumulating. A thread owns eight elements of dWpe.
        /// </summary>
        [LaunchBounds(VectorAccess.GroupSize)]
        public static void BackwardPositions(
            ArrayView<UInt4> dY, int batch, int sequence, int vectors, int context, int accumulate, ArrayView<Float4> dWpe)
        {
            long i = VectorAccess.Item, used = (long)sequence * vectors;
            if (i < (accumulate != 0 ? used : (long)context * vectors))
            {
                var sum = accumulate != 0 ? Float8.Load(dWpe, i) : default;
                if (i < used)
                {
                    int b = 0;
                    // Four sequences at a time: their loads are under way together.
                    for (; b + 3 < batch; b += 4)
                    {
                        UInt4 first = dY[b * used + i], second = dY[(b + 1) * used + i], third = dY[(b + 2) * used + i],
                            fourth = dY[(b + 3) * used + i];
                        sum += Float8.Unpack(first) + Float8.Unpack(second) + (Float8.Unpack(third) + Float8.Unpack(fourth));
                    }
                    for (; b < batch; b++) sum += Float8.Unpack(dY[b * used + i]);
                }
                sum.Store(dWpe, i);
            }
        }

        /// <summary>
        /// dWte[tokens[k]] += the sum of dY[order[i]] for i in [starts[k], starts[k + 1]). A group owns a tile of 256 channels of one
        /// token; its warps share the occurrences and meet in shared memory, see <see cref="ColumnTile"/>. A k without occurrences does
        /// nothing.
        /// </summary>
        [LaunchBounds(TokenGroup)]
        public static void BackwardTokens(
            ArrayView<UInt4> dY, ArrayView<int> tokens, ArrayView<int> starts, ArrayView<int> order, int vectors, int tiles,
            ArrayView<float> dWte)
        {
            int k = Grid.IdxX / tiles, tile = Grid.IdxX % tiles, columns = vectors * VectorAccess.Eight;
            int first = starts[k], end = starts[k + 1];
            if (first < end)
            {
                var sum = default(Float8);
                if (ColumnTile.Has(tile, columns))
                {
                    int step = GroupWarps.Count, i = first + Warps.Index, at = ColumnTile.Vector(tile);
                    for (; i + 3 * step < end; i += 4 * step)
                    {
                        UInt4 a = dY[(long)order[i] * vectors + at], b = dY[(long)order[i + step] * vectors + at],
                            c = dY[(long)order[i + 2 * step] * vectors + at], d = dY[(long)order[i + 3 * step] * vectors + at];
                        sum += Float8.Unpack(a) + Float8.Unpack(b) + (Float8.Unpack(c) + Float8.Unpack(d));
                    }
                    for (; i < end; i += step) sum += Float8.Unpack(dY[(long)order[i] * vectors + at]);
                }
                var shared = SharedMemory.Allocate<float>(TokenGroup * VectorAccess.Eight);
                ColumnTile.Write(sum, shared, tile, columns, 1, dWte.SubView((long)tokens[k] * columns, columns));
            }
        }
    }
}
