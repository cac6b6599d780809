using System.Runtime.CompilerServices;

namespace GpuLm.Kernels.Primitives.Cpu;

/// <summary>Elementary functions on vectors of floats, for any width.</summary>
static class SimdMath
{
    /// <summary>log2(e).</summary>
    public const float Log2E = 1.44269504088896341f;

    /// <summary>
    /// e^x within 2 ulp for x in [-87.3, 88.3]; below it underflows to at least 2^-126 and above it saturates near the largest float.
    /// Range reduction by Cody and Waite, then a polynomial of degree 6 on [-ln2/2, ln2/2] (coefficients: Cephes, expf).
    /// NaN stays NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp<S, V>(V x) where S : struct, ISimd<V> where V : struct
    {
        x = S.Min(S.Broadcast(88.3762f), S.Max(S.Broadcast(-87.3365f), x));
        V n = S.Round(S.Multiply(x, S.Broadcast(Log2E)));
        V r = S.MultiplyAdd(n, S.Broadcast(-0.693359375f), x);
        r = S.MultiplyAdd(n, S.Broadcast(2.12194440e-4f), r);
        V p = S.Broadcast(1.9875691500e-4f);
        p = S.MultiplyAdd(p, r, S.Broadcast(1.3981999507e-3f));
        p = S.MultiplyAdd(p, r, S.Broadcast(8.3334519073e-3f));
        p = S.MultiplyAdd(p, r, S.Broadcast(4.1665795894e-2f));
        p = S.MultiplyAdd(p, r, S.Broadcast(1.6666665459e-1f));
        p = S.MultiplyAdd(p, r, S.Broadcast(5.0000001201e-1f));
        p = S.MultiplyAdd(p, S.Multiply(r, r), S.Add(r, S.Broadcast(1f)));
        return S.Scale(p, n);
    }

    /// <summary>
    /// 2^x within 2 ulp for x in [-126, 126], beyond which it saturates; its reciprocal is then normal too. NaN stays NaN. The polynomial
    /// of degree 6 interpolates 2^x at the Chebyshev nodes of [-1/2, 1/2].
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp2<S, V>(V x) where S : struct, ISimd<V> where V : struct
    {
        x = S.Min(S.Broadcast(126f), S.Max(S.Broadcast(-126f), x));
        V n = S.Round(x), r = S.Subtract(x, n);
        V p = S.MultiplyAdd(S.Broadcast(1.54614449e-4f), r, S.Broadcast(1.3400428e-3f));
        p = S.MultiplyAdd(p, r, S.Broadcast(9.61805694e-3f));
        p = S.MultiplyAdd(p, r, S.Broadcast(5.55032715e-2f));
        p = S.MultiplyAdd(p, r, S.Broadcast(2.40226507e-1f));
        p = S.MultiplyAdd(p, r, S.Broadcast(6.93147182e-1f));
        p = S.MultiplyAdd(p, r, S.Broadcast(1f));
        return S.Scale(p, n);
    }

    /// <summary>1 / (1 + e^-x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sigmoid<S, V>(V x) where S : struct, ISimd<V> where V : struct =>
        SigmoidOfExponent<S, V>(S.Multiply(x, S.Broadcast(-Log2E)));

    /// <summary>1 / (1 + 2^x): the sigmoid of -x ln 2, never less than 2^-126.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V SigmoidOfExponent<S, V>(V x) where S : struct, ISimd<V> where V : struct =>
        S.Reciprocal(S.Add(S.Broadcast(1f), Exp2<S, V>(x)));

    /// <summary>
    /// erf(x) within 2 ulp: below 0.927734375 an odd polynomial, above 1 - e^p(|x|) (coefficients: N. Juffa, stackoverflow.com/a/35148199).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Erf<S, V>(V x) where S : struct, ISimd<V> where V : struct
    {
        V magnitude = S.Min(S.Broadcast(10f), S.CopySign(x, S.Broadcast(1f))), square = S.Multiply(magnitude, magnitude);
        V p = S.MultiplyAdd(S.Broadcast(-1.72853470e-5f), magnitude, S.Broadcast(3.83197126e-4f));
        p = S.MultiplyAdd(p, square, S.MultiplyAdd(S.Broadcast(-3.88396438e-3f), magnitude, S.Broadcast(2.42546219e-2f)));
        p = S.MultiplyAdd(p, magnitude, S.Broadcast(-1.06777877e-1f));
        p = S.MultiplyAdd(p, magnitude, S.Broadcast(-6.34846687e-1f));
        p = S.MultiplyAdd(p, magnitude, S.Broadcast(-1.28717512e-1f));
        V far = S.Subtract(S.Broadcast(1f), Exp<S, V>(S.MultiplyAdd(p, magnitude, S.Subtract(S.Zero, magnitude))));

        V q = S.MultiplyAdd(S.Broadcast(-5.96761703e-4f), square, S.Broadcast(4.99119423e-3f));
        q = S.MultiplyAdd(q, square, S.Broadcast(-2.67681349e-2f));
        q = S.MultiplyAdd(q, square, S.Broadcast(1.12819925e-1f));
        q = S.MultiplyAdd(q, square, S.Broadcast(-3.76125336e-1f));
        q = S.MultiplyAdd(q, square, S.Broadcast(1.28379166e-1f));
        V near = S.MultiplyAdd(q, magnitude, magnitude);
        return S.CopySign(S.WhereLess(magnitude, S.Broadcast(0.927734375f), near, far), x);
    }
}
