using System.Runtime.CompilerServices;
using GpuLm.Kernels.Primitives.Cpu;

namespace GpuLm.Kernels.Attention.Cpu;

/// <summary>One head's rows, gathered from tokens in which all heads lie side by side.</summary>
static unsafe class HeadRows
{
    /// <summary>A head's channels in scratch memory: padded so that tile products have whole vectors.</summary>
    public static nint Padded(int headSize) => RoundUp(headSize, TileProduct.ColumnStep);

    public static nint RoundUp(nint value, int multiple) => (value + multiple - 1) / multiple * multiple;

    /// <summary>target[row] = factor source[row], the padding zero.</summary>
    public static void Copy<S, V>(float* source, nint step, int rows, int headSize, float factor, float* target)
        where S : struct, ISimd<V> where V : struct
    {
        nint padded = Padded(headSize);
        for (int row = 0; row < rows; row++, source += step, target += padded)
        {
            Scale<S, V>(source, headSize, factor, target);
            for (nint j = headSize; j < padded; j++) target[j] = 0;
        }
    }

    /// <summary>y = factor x for one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scale<S, V>(float* x, int headSize, float factor, float* y) where S : struct, ISimd<V> where V : struct
    {
        V scale = S.Broadcast(factor);
        nint j = 0;
        for (; j <= headSize - S.Width; j += S.Width) S.Store(S.Multiply(S.Load(ref *x, j), scale), ref *y, j);
        for (; j < headSize; j++) y[j] = x[j] * factor;
    }

    /// <summary>x y for one row.</summary>
    public static float Dot<S, V>(float* x, float* y, int headSize) where S : struct, ISimd<V> where V : struct
    {
        V sums = S.Zero;
        nint j = 0;
        for (; j <= headSize - S.Width; j += S.Width) sums = S.MultiplyAdd(S.Load(ref *x, j), S.Load(ref *y, j), sums);
        float sum = S.Sum(sums);
        for (; j < headSize; j++) sum += x[j] * y[j];
        return sum;
    }

    /// <summary>Zeroes the rows from <paramref name="rows"/> to the end of its tile.</summary>
    public static void Clear(float* target, int rows, nint padded) =>
        new Span<float>(target + rows * padded, (int)((RoundUp(rows, TileProduct.Rows) - rows) * padded)).Clear();
}
