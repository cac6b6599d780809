using GpuLm.Kernels.MatMul.Cpu;
using GpuLm.Kernels.Primitives.Cpu;

namespace GpuLm.Kernels.Attention.Cpu;

/// <summary>
/// One worker's attention forward. Keys are packed transposed and values as rows, once for a head; then a block of queries passes over
/// blocks of keys in tiles of 12 queries: logits, online softmax, weighted sum of values, all in the first- and second-level cache.
/// </summary>
static unsafe class CpuAttentionForward
{
    /// <summary>Queries in a block: a multiple of a tile's rows, enough of them to pay for reading keys that left the cache.</summary>
    const int QueryBlock = 48;

    /// <summary>Keys in a block, a multiple of tile rows and panel columns: the diagonal then never begins inside a tile.</summary>
    public const int KeyBlock = 192;

    /// <summary>Floats in a row of logits; an odd number of cache lines, so that rows fall into different sets.</summary>
    const int LogitStep = KeyBlock + 16;

    /// <summary>
    /// Items of a head. Item i is the i-th block of queries from the start and the i-th from the end: all items cost the same, so equal
    /// shares of them keep all workers busy to the end.
    /// </summary>
    public static int PairsOfBlocks(int length) => (Blocks(length) + 1) / 2;

    static int Blocks(int length) => (length + QueryBlock - 1) / QueryBlock;

    public static void Run<S, V>(int first, int end, float* qkv, AttentionShape shape, float* output, float* logSumExp)
        where S : struct, ISimd<V> where V : struct
    {
        int length = shape.Length, blocks = Blocks(length), pairs = PairsOfBlocks(length);
        nint channels = HeadRows.Padded(shape.HeadSize), keysPadded = HeadRows.RoundUp(length, TileProduct.Panel);
        float* keys = Scratch.Get((keysPadded + length + 2 * QueryBlock) * channels + TileProduct.Rows * LogitStep + 2 * QueryBlock);
        float* values = keys + keysPadded * channels;
        var block = new Block<S, V>
        {
            Keys = keys,
            Values = values,
            Queries = values + length * channels,
            Sums = values + (length + QueryBlock) * channels,
            Logits = values + (length + 2 * QueryBlock) * channels,
            Max = values + (length + 2 * QueryBlock) * channels + TileProduct.Rows * LogitStep,
            HeadSize = shape.HeadSize,
            Channels = channels,
        };
        for (int item = first; item < end;)
        {
            int head = item / pairs, pair = item % pairs, endPair = Math.Min(pairs, pair + end - item);
            int batch = head / shape.Heads, h = head % shape.Heads;
            float* tokens = qkv + (nint)batch * length * shape.TokenSize;
            float* k = tokens + (shape.Heads + h / shape.Group) * shape.HeadSize, v = k + shape.KeyValueHeads * shape.HeadSize;
            int needed = Math.Min(length, (blocks - pair) * QueryBlock);
            Packing.Pack(k, shape.TokenSize, 1, needed, shape.HeadSize, TileProduct.Panel, keys);
            HeadRows.Copy<S, V>(v, shape.TokenSize, needed, shape.HeadSize, 1, values);
            for (int p = pair; p < endPair; p++)
            {
                int mirrored = blocks - 1 - p;
                block.Run(p, tokens, batch, h, shape, output, logSumExp);
                if (mirrored != p) block.Run(mirrored, tokens, batch, h, shape, output, logSumExp);
            }
            item += endPair - pair;
        }
    }

    /// <summary>A block of queries of one head, and the scratch memory it works in.</summary>
    struct Block<S, V> where S : struct, ISimd<V> where V : struct
    {
        /// <summary>Keys in panels [panel][D][32].</summary>
        public float* Keys;
        /// <summary>[T][Channels].</summary>
        public float* Values;
        /// <summary>[QueryBlock][Channels], scaled by 1/sqrt(D).</summary>
        public float* Queries;
        /// <summary>[QueryBlock][Channels]: exponentials times values, summed.</summary>
        public float* Sums;
        /// <summary>[12][LogitStep]: logits, then their exponentials.</summary>
        public float* Logits;
        /// <summary>[2][QueryBlock]: the largest logit so far, and the sum of exponentials.</summary>
        public float* Max;
        public int HeadSize;
        /// <summary>D, padded to whole vectors.</summary>
        public nint Channels;

        public readonly void Run(int index, float* tokens, int batch, int head, AttentionShape shape, float* output, float* logSumExp)
        {
            int start = index * QueryBlock, rows = Math.Min(QueryBlock, shape.Length - start);
            float* weights = Max + QueryBlock;
            float* queries = tokens + (nint)start * shape.TokenSize + head * HeadSize;
            HeadRows.Copy<S, V>(queries, shape.TokenSize, rows, HeadSize, 1 / MathF.Sqrt(HeadSize), Queries);
            HeadRows.Clear(Queries, rows, Channels);
            for (int key = 0; key < start + rows; key += KeyBlock)
            {
                for (int tile = 0; tile < rows; tile += TileProduct.Rows)
                {
                    int keys = Math.Min(KeyBlock, Math.Min(shape.Length, start + tile + TileProduct.Rows) - key);
                    if (keys > 0) Tile(tile, start + tile, key, keys);
                }
            }
            nint token = (nint)batch * shape.Length + start;
            float* y = output + token * shape.OutputSize + head * HeadSize;
            float* lse = logSumExp + ((nint)batch * shape.Heads + head) * shape.Length + start;
            for (int row = 0; row < rows; row++)
            {
                HeadRows.Scale<S, V>(Sums + row * Channels, HeadSize, 1 / weights[row], y + row * (nint)shape.OutputSize);
                lse[row] = Max[row] + MathF.Log(weights[row]);
            }
        }

        /// <summary>12 queries, the first of which is token <paramref name="query"/>, with keys [key, key + keys).</summary>
        readonly void Tile(int tile, int query, int key, int keys)
        {
            nint columns = HeadRows.RoundUp(keys, TileProduct.ColumnStep);
            TileProduct.Multiply<S, V>(
                LeftOperand.Rows(Queries + tile * Channels, Channels), RightOperand.Panels(Keys + (nint)key * HeadSize, HeadSize), HeadSize,
                Logits, LogitStep, columns, accumulate: false);
            // Two loops, so that the maxima of many rows are in flight at once. A query sees one key more than the one before it.
            int seen = query + 1 - key;
            for (int row = 0; row < TileProduct.Rows; row++)
            {
                int r = tile + row;
                OnlineSoftmax.RaiseMaximum<S, V>(
                    Logits + row * LogitStep, Math.Min(keys, seen + row), restart: key == 0, Max + r, Max + QueryBlock + r,
                    Sums + r * Channels, HeadSize);
            }
            for (int row = 0; row < TileProduct.Rows; row++)
            {
                int r = tile + row;
                OnlineSoftmax.Exponentials<S, V>(
                    Logits + row * LogitStep, Math.Min(keys, seen + row), keys, Max[r], Max + QueryBlock + r);
            }
            TileProduct.Multiply<S, V>(
                LeftOperand.Rows(Logits, LogitStep), RightOperand.Rows(Values + key * Channels, Channels), keys,
                Sums + tile * Channels, Channels, Channels, accumulate: key > 0);
        }
    }
}
