using GpuLm.Kernels.MatMul.Cpu;
using GpuLm.Kernels.Primitives.Cpu;

namespace GpuLm.Kernels.Attention.Cpu;

/// <summary>
/// One worker's attention backward. It owns whole key-value heads, so the gradients of keys and values need no atomics: for each block of
/// keys and each block of queries that see it, weights and their gradients are computed once, in tiles of 12 queries, and multiplied into
/// all three results.
/// </summary>
static unsafe class CpuAttentionBackward
{
    /// <summary>Queries and keys in a block: a multiple of tile rows and panel columns.</summary>
    const int Block = 96;

    /// <summary>Floats in a row of weights; an odd number of cache lines, so that rows fall into different sets.</summary>
    const int WeightStep = Block + 16;

    public static void Run<S, V>(
        int first, int end, float* dOutput, float* qkv, float* output, float* logSumExp, AttentionShape shape, float* dQkv)
        where S : struct, ISimd<V> where V : struct
    {
        nint channels = HeadRows.Padded(shape.HeadSize), rows = HeadRows.RoundUp(shape.Length, TileProduct.Rows), matrix = rows * channels;
        float* scratch = Scratch.Get(5 * matrix + 3 * Block * channels + 2 * Block * WeightStep + 2 * rows);
        var head = new Head<S, V> { Shape = shape, Channels = channels };
        head.Queries = scratch;
        head.DOutput = head.Queries + matrix;
        head.DQueries = head.DOutput + matrix;
        head.DKeys = head.DQueries + matrix;
        head.DValues = head.DKeys + matrix;
        head.KeyRows = head.DValues + matrix;
        head.KeyPanels = head.KeyRows + Block * channels;
        head.ValuePanels = head.KeyPanels + Block * channels;
        head.Weights = head.ValuePanels + Block * channels;
        head.DLogits = head.Weights + Block * WeightStep;
        head.LogSumExp = head.DLogits + Block * WeightStep;
        head.Delta = head.LogSumExp + rows;
        for (int item = first; item < end; item++)
        {
            int batch = item / shape.KeyValueHeads, kvHead = item % shape.KeyValueHeads;
            nint token = (nint)batch * shape.Length;
            float* x = qkv + token * shape.TokenSize, dx = dQkv + token * shape.TokenSize;
            nint keyOffset = (shape.Heads + kvHead) * shape.HeadSize, valueOffset = keyOffset + shape.KeyValueHeads * shape.HeadSize;
            for (int g = 0; g < shape.Group; g++)
            {
                int h = kvHead * shape.Group + g;
                nint y = token * shape.OutputSize + h * shape.HeadSize;
                head.LoadQueries(
                    x + h * shape.HeadSize, dOutput + y, output + y, logSumExp + ((nint)batch * shape.Heads + h) * shape.Length);
                for (int key = 0; key < shape.Length; key += Block)
                {
                    int keys = head.LoadKeys(x + keyOffset, x + valueOffset, key);
                    for (int query = key; query < shape.Length; query += Block)
                    {
                        head.Multiply(query, key, keys, accumulate: g > 0 || query > key);
                    }
                }
                head.StoreRows(head.DQueries, 1 / MathF.Sqrt(shape.HeadSize), dx + h * shape.HeadSize);
            }
            head.StoreRows(head.DKeys, 1, dx + keyOffset);
            head.StoreRows(head.DValues, 1, dx + valueOffset);
        }
    }

    /// <summary>One head's operands and results in scratch memory.</summary>
    struct Head<S, V> where S : struct, ISimd<V> where V : struct
    {
        public AttentionShape Shape;
        /// <summary>D, padded to whole vectors.</summary>
        public nint Channels;
        /// <summary>[T][Channels]; the queries scaled by 1/sqrt(D).</summary>
        public float* Queries, DOutput, DQueries, DKeys, DValues;
        /// <summary>A block of keys, [Block][Channels].</summary>
        public float* KeyRows;
        /// <summary>A block of keys and values in panels [panel][D][32].</summary>
        public float* KeyPanels, ValuePanels;
        /// <summary>[Block][WeightStep]: p, and the gradient of the logits.</summary>
        public float* Weights, DLogits;
        /// <summary>[T].</summary>
        public float* LogSumExp, Delta;

        public readonly void LoadQueries(float* q, float* dOutput, float* output, float* logSumExp)
        {
            int length = Shape.Length, headSize = Shape.HeadSize;
            HeadRows.Copy<S, V>(q, Shape.TokenSize, length, headSize, 1 / MathF.Sqrt(headSize), Queries);
            HeadRows.Copy<S, V>(dOutput, Shape.OutputSize, length, headSize, 1, DOutput);
            HeadRows.Clear(Queries, length, Channels);
            HeadRows.Clear(DOutput, length, Channels);
            for (int row = 0; row < length; row++, dOutput += Shape.OutputSize, output += Shape.OutputSize)
            {
                LogSumExp[row] = logSumExp[row];
                Delta[row] = HeadRows.Dot<S, V>(dOutput, output, headSize);
            }
            for (int row = length; row % TileProduct.Rows != 0; row++) LogSumExp[row] = Delta[row] = 0;
        }

        public readonly int LoadKeys(float* k, float* v, int key)
        {
            int keys = Math.Min(Block, Shape.Length - key), headSize = Shape.HeadSize, step = Shape.TokenSize;
            k += (nint)key * step;
            v += (nint)key * step;
            HeadRows.Copy<S, V>(k, step, keys, headSize, 1, KeyRows);
            Packing.Pack(k, step, 1, keys, headSize, TileProduct.Panel, KeyPanels);
            Packing.Pack(v, step, 1, keys, headSize, TileProduct.Panel, ValuePanels);
            return keys;
        }

        /// <summary>A block of queries with the loaded block of keys.</summary>
        public readonly void Multiply(int query, int key, int keys, bool accumulate)
        {
            int rows = (int)HeadRows.RoundUp(Math.Min(Block, Shape.Length - query), TileProduct.Rows);
            bool diagonal = query == key;
            for (int tile = 0; tile < rows; tile += TileProduct.Rows)
            {
                Tile(tile, query + tile, key, diagonal ? Math.Min(keys, tile + TileProduct.Rows) : keys);
            }
            for (int tile = 0; tile < keys; tile += TileProduct.Rows)
            {
                int from = diagonal ? tile : 0;
                nint source = (query + from) * Channels, target = (key + tile) * Channels, weights = from * WeightStep + tile;
                TileProduct.Multiply<S, V>(
                    LeftOperand.Transposed(Weights + weights, WeightStep), RightOperand.Rows(DOutput + source, Channels), rows - from,
                    DValues + target, Channels, Channels, accumulate);
                TileProduct.Multiply<S, V>(
                    LeftOperand.Transposed(DLogits + weights, WeightStep), RightOperand.Rows(Queries + source, Channels), rows - from,
                    DKeys + target, Channels, Channels, accumulate);
            }
        }

        /// <summary>12 queries, the first of which is token <paramref name="query"/>, with keys [key, key + keys).</summary>
        readonly void Tile(int tile, int query, int key, int keys)
        {
            nint columns = HeadRows.RoundUp(keys, TileProduct.ColumnStep), first = query * Channels;
            int headSize = Shape.HeadSize;
            float* p = Weights + tile * WeightStep, ds = DLogits + tile * WeightStep;
            TileProduct.Multiply<S, V>(
                LeftOperand.Rows(Queries + first, Channels), RightOperand.Panels(KeyPanels, headSize), headSize,
                p, WeightStep, columns, accumulate: false);
            TileProduct.Multiply<S, V>(
                LeftOperand.Rows(DOutput + first, Channels), RightOperand.Panels(ValuePanels, headSize), headSize,
                ds, WeightStep, columns, accumulate: false);
            for (int row = 0; row < TileProduct.Rows; row++)
            {
                SoftmaxGradient(p + row * WeightStep, ds + row * WeightStep, Math.Min(keys, query + row + 1 - key), keys, query + row);
            }
            TileProduct.Multiply<S, V>(
                LeftOperand.Rows(ds, WeightStep), RightOperand.Rows(KeyRows, Channels), keys,
                DQueries + first, Channels, Channels, accumulate: key > 0);
        }

        /// <summary>
        /// Logits become weights, and the weights' gradients those of the logits; both are zero for keys that are not visible.
        /// </summary>
        readonly void SoftmaxGradient(float* p, float* ds, int visible, int keys, int query)
        {
            V scale = S.Broadcast(SimdMath.Log2E), shift = S.Broadcast(-SimdMath.Log2E * LogSumExp[query]);
            V delta = S.Broadcast(Delta[query]);
            nint j = 0;
            for (; j <= visible - S.Width; j += S.Width)
            {
                V weight = SimdMath.Exp2<S, V>(S.MultiplyAdd(S.Load(ref *p, j), scale, shift));
                S.Store(weight, ref *p, j);
                S.Store(S.Multiply(weight, S.Subtract(S.Load(ref *ds, j), delta)), ref *ds, j);
            }
            if (j < visible)
            {
                V weight = S.Min(CausalMask.OrZero<S, V>(visible - j), SimdMath.Exp2<S, V>(S.MultiplyAdd(S.Load(ref *p, j), scale, shift)));
                S.Store(weight, ref *p, j);
                S.Store(S.Multiply(weight, S.Subtract(S.Load(ref *ds, j), delta)), ref *ds, j);
                j += S.Width;
            }
            for (; j < keys; j += S.Width)
            {
                S.Store(S.Zero, ref *p, j);
                S.Store(S.Zero, ref *ds, j);
            }
        }

        public readonly void StoreRows(float* source, float factor, float* target)
        {
            for (int row = 0; row < Shape.Length; row++, source += Channels, target += Shape.TokenSize)
            {
                HeadRows.Scale<S, V>(source, Shape.HeadSize, factor, target);
            }
        }
    }
}
