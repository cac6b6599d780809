using System.Runtime.CompilerServices;
using GpuLm.Kernels.Primitives.Cpu;

namespace GpuLm.Kernels.Gelu;

/// <summary>
/// GELU on vectors, for any width. The tanh form: gelu(x) = x/2 (1 + tanh u) = x s with s = sigmoid(2u) and
/// u = sqrt(2/pi) (x + 0.044715 x^3); written with the sigmoid it does not cancel for negative x. The erf form: gelu(x) = x Phi(x), Phi
/// being the normal distribution's integral.
/// </summary>
static class SimdGelu
{
    /// <summary>2 sqrt(2/pi).</summary>
    public const float TwoRoot = 1.5957691216057308f;

    /// <summary>2 sqrt(2/pi) 0.044715.</summary>
    public const float TwoRootCubic = 0.07135481282553524f;

    /// <summary>6 sqrt(2/pi) 0.044715.</summary>
    public const float SixRootCubic = 0.21406443847660573f;

    /// <summary>1 / sqrt(2).</summary>
    public const float RootHalf = 0.7071067811865476f;

    /// <summary>1 / sqrt(2 pi).</summary>
    public const float NormalDensityAtZero = 0.3989422804014327f;

    /// <summary>gelu(x), the tanh form.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Tanh<S, V>(V x) where S : struct, ISimd<V> where V : struct => S.Multiply(x, Gate<S, V>(x, S.Multiply(x, x)));

    /// <summary>gelu'(x) of the tanh form: s + x s (1 - s) 2 sqrt(2/pi) (1 + 3 * 0.044715 x^2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V TanhGradient<S, V>(V x) where S : struct, ISimd<V> where V : struct
    {
        V square = S.Multiply(x, x);
        V gate = Gate<S, V>(x, square);
        V slope = S.Multiply(x, S.MultiplyAdd(square, S.Broadcast(SixRootCubic), S.Broadcast(TwoRoot)));
        return S.MultiplyAdd(S.Multiply(gate, S.Subtract(S.Broadcast(1f), gate)), slope, gate);
    }

    /// <summary>gelu(x), the erf form.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Erf<S, V>(V x) where S : struct, ISimd<V> where V : struct => S.Multiply(x, Phi<S, V>(x));

    /// <summary>gelu'(x) of the erf form: Phi(x) + x e^(-x^2 / 2) / sqrt(2 pi).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V ErfGradient<S, V>(V x) where S : struct, ISimd<V> where V : struct
    {
        V density = S.Multiply(S.Broadcast(NormalDensityAtZero), SimdMath.Exp<S, V>(S.Multiply(S.Multiply(x, x), S.Broadcast(-0.5f))));
        return S.MultiplyAdd(x, density, Phi<S, V>(x));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Phi<S, V>(V x) where S : struct, ISimd<V> where V : struct =>
        S.MultiplyAdd(SimdMath.Erf<S, V>(S.Multiply(x, S.Broadcast(RootHalf))), S.Broadcast(0.5f), S.Broadcast(0.5f));

    /// <summary>sigmoid(2u).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Gate<S, V>(V x, V square) where S : struct, ISimd<V> where V : struct
    {
        V slope = S.MultiplyAdd(square, S.Broadcast(-SimdMath.Log2E * TwoRootCubic), S.Broadcast(-SimdMath.Log2E * TwoRoot));
        return SimdMath.SigmoidOfExponent<S, V>(S.Multiply(x, slope));
    }
}
