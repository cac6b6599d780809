using GpuLm.Kernels.Primitives.Cpu;

namespace GpuLm.Kernels.Attention.Cpu;

/// <summary>
/// The softmax of a row of logits that comes in blocks: a running maximum, and sums that are scaled when it rises (Milakov and Gimelshein
/// 2018, "Online normalizer calculation for softmax"). Rows are read in whole vectors; what lies beyond the visible keys is masked.
/// </summary>
static unsafe class OnlineSoftmax
{
    /// <summary>Raises a row's maximum to that of its visible logits, and scales what was summed under the old one.</summary>
    /// <param name="logits">The block's logits.</param>
    /// <param name="visible">How many of them the query sees.</param>
    /// <param name="restart">Whether this is the first block: there is no old maximum.</param>
    /// <param name="max">The row's maximum.</param>
    /// <param name="sum">The row's sum of exponentials.</param>
    /// <param name="sums">The row's sums of exponentials times values.</param>
    /// <param name="headSize">How many sums there are.</param>
    public static void RaiseMaximum<S, V>(float* logits, int visible, bool restart, float* max, float* sum, float* sums, int headSize)
        where S : struct, ISimd<V> where V : struct
    {
        V maxima = S.Broadcast(float.NegativeInfinity);
        nint j = 0;
        for (; j <= visible - S.Width; j += S.Width) maxima = S.Max(maxima, S.Load(ref *logits, j));
        if (j < visible) maxima = S.Max(maxima, S.Min(CausalMask.OrLeast<S, V>(visible - j), S.Load(ref *logits, j)));
        float largest = S.MaxElement(maxima), factor = 0;
        if (!restart && largest <= *max) return;
        if (!restart)
        {
            factor = MathF.Exp(*max - largest);
            HeadRows.Scale<S, V>(sums, headSize, factor, sums);
            factor *= *sum;
        }
        *max = largest;
        *sum = factor;
    }

    /// <summary>Turns the logits of visible keys into exponentials, those of the others into zero, and adds to the sum.</summary>
    public static void Exponentials<S, V>(float* logits, int visible, int keys, float max, float* sum)
        where S : struct, ISimd<V> where V : struct
    {
        V scale = S.Broadcast(SimdMath.Log2E), shift = S.Broadcast(-SimdMath.Log2E * max), sums = S.Zero;
        nint j = 0;
        for (; j <= visible - S.Width; j += S.Width)
        {
            V e = SimdMath.Exp2<S, V>(S.MultiplyAdd(S.Load(ref *logits, j), scale, shift));
            S.Store(e, ref *logits, j);
            sums = S.Add(sums, e);
        }
        if (j < visible)
        {
            V e = S.Min(CausalMask.OrZero<S, V>(visible - j), SimdMath.Exp2<S, V>(S.MultiplyAdd(S.Load(ref *logits, j), scale, shift)));
            S.Store(e, ref *logits, j);
            sums = S.Add(sums, e);
            j += S.Width;
        }
        for (; j < keys; j += S.Width) S.Store(S.Zero, ref *logits, j);
        *sum += S.Sum(sums);
    }
}
