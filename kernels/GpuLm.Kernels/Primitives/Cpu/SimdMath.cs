using System.Runtime.CompilerServices;

namespace GpuLm.Kernels.Primitives.Cpu;

/// <summary>Elementary functions on vectors of floats, for any width.</summary>
static class SimdMath
{
    /// <summary>
    /// e^x within 2 ulp for x in [-87.3, 88.3]; below it underflows to at least 2^-126 and above it saturates near the largest float.
    /// Range reduction by Cody and Waite, then a polynomial of degree 6 on [-ln2/2, ln2/2] (coefficients: Cephes, expf).
    /// NaN stays NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp<S, V>(V x) where S : struct, ISimd<V> where V : struct
    {
        x = S.Min(S.Broadcast(88.3762f), S.Max(S.Broadcast(-87.3365f), x));
        V n = S.Round(S.Multiply(x, S.Broadcast(1.44269504088896341f)));
        V r = S.MultiplyAdd(n, S.Broadcast(-0.693359375f), x);
        r = S.MultiplyAdd(n, S.Broadcast(2.12194440e-4f), r);
        V p = S.Broadcast(1.9875691500e-4f);
        p = S.MultiplyAdd(p, r, S.Broadcast(1.3981999507e-3f));
        p = S.MultiplyAdd(p, r, S.Broadcast(8.3334519073e-3f));
        p = S.MultiplyAdd(p, r, S.Broadcast(4.1665795894e-2f));
        p = S.MultiplyAdd(p, r, S.Broadcast(1.6666665459e-1f));
        p = S.MultiplyAdd(p, r, S.Broadcast(5.0000001201e-1f));
        p = S.MultiplyAdd(p, S.Multiply(r, r), S.Add(r, S.Broadcast(1f)));
        return S.Multiply(p, S.PowerOfTwo(n));
    }

    /// <summary>1 / (1 + e^-x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sigmoid<S, V>(V x) where S : struct, ISimd<V> where V : struct =>
        S.Divide(S.Broadcast(1f), S.Add(S.Broadcast(1f), Exp<S, V>(S.Subtract(S.Zero, x))));
}
