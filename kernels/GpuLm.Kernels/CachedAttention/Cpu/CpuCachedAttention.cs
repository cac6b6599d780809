using GpuLm.Kernels.Attention;
using GpuLm.Kernels.Attention.Cpu;
using GpuLm.Kernels.Primitives.Cpu;

namespace GpuLm.Kernels.CachedAttention.Cpu;

/// <summary>
/// One query of one head over its cached keys and values, block by block as <see cref="CpuAttentionForward"/> goes over them: every sum
/// has the same terms in the same order, so the result has the same bits.
/// </summary>
static unsafe class CpuCachedAttention
{
    /// <summary>Most keys in a block, with room for the last panel.</summary>
    const int Block = CpuAttentionForward.KeyBlock;

    /// <param name="query">[D].</param>
    /// <param name="keys">The head's keys in panels, from the first token on.</param>
    /// <param name="values">The head's values, from the first token on.</param>
    /// <param name="count">Keys that the query sees, 1 or more.</param>
    /// <param name="headSize">D.</param>
    /// <param name="output">[D]; overwritten.</param>
    public static void Run<S, V>(float* query, float* keys, float* values, int count, int headSize, float* output)
        where S : struct, ISimd<V> where V : struct
    {
        nint channels = HeadRows.Padded(headSize);
        float* logits = stackalloc float[Block], scaled = stackalloc float[AttentionShape.MaxHeadSize];
        float* sums = stackalloc float[AttentionShape.MaxHeadSize];
        float max = float.NegativeInfinity, sum = 0;
        HeadRows.Scale<S, V>(query, headSize, 1 / MathF.Sqrt(headSize), scaled);
        for (int key = 0; key < count; key += Block)
        {
            int visible = Math.Min(Block, count - key);
            Logits<S, V>(scaled, keys + (nint)key * headSize, visible, headSize, logits);
            OnlineSoftmax.RaiseMaximum<S, V>(logits, visible, restart: key == 0, &max, &sum, sums, headSize);
            OnlineSoftmax.Exponentials<S, V>(logits, visible, visible, max, &sum);
            for (nint c = 0; c < channels; c += CacheShape.Panel / 2)
            {
                AddWeighted<S, V>(logits, values + key * channels + c, visible, channels, accumulate: key > 0, sums + c);
            }
        }
        HeadRows.Scale<S, V>(sums, headSize, 1 / sum, output);
    }

    /// <summary>Logits of a block's keys, a vector of keys at a time; zero from the last key to the end of its panel.</summary>
    static void Logits<S, V>(float* query, float* keys, int visible, int headSize, float* logits)
        where S : struct, ISimd<V> where V : struct
    {
        nint panels = (visible + CacheShape.Panel - 1) / CacheShape.Panel;
        for (nint panel = 0; panel < panels; panel++, keys += CacheShape.Panel * headSize)
        {
            for (nint lane = 0; lane < CacheShape.Panel; lane += 2 * S.Width)
            {
                V first = S.Zero, second = S.Zero;
                for (nint d = 0; d < headSize; d++)
                {
                    V q = S.Broadcast(query[d]);
                    first = S.MultiplyAdd(q, S.Load(ref keys[d * CacheShape.Panel], lane), first);
                    second = S.MultiplyAdd(q, S.Load(ref keys[d * CacheShape.Panel], lane + S.Width), second);
                }
                S.Store(first, ref *logits, panel * CacheShape.Panel + lane);
                S.Store(second, ref *logits, panel * CacheShape.Panel + lane + S.Width);
            }
        }
        // Places that were never written may hold anything, NaN too.
        for (nint j = visible; j < panels * CacheShape.Panel; j++) logits[j] = 0;
    }

    /// <summary>sums (+)= weights times values for 16 channels.</summary>
    static void AddWeighted<S, V>(float* weights, float* values, int count, nint step, bool accumulate, float* sums)
        where S : struct, ISimd<V> where V : struct
    {
        for (nint c = 0; c < CacheShape.Panel / 2; c += S.Width)
        {
            V weighted = S.Zero;
            for (nint j = 0; j < count; j++)
            {
                weighted = S.MultiplyAdd(S.Broadcast(weights[j]), S.Load(ref values[j * step], c), weighted);
            }
            S.Store(accumulate ? S.Add(weighted, S.Load(ref *sums, c)) : weighted, ref *sums, c);
        }
    }
}
