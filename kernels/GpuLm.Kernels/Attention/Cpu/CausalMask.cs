using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GpuLm.Kernels.Primitives.Cpu;

namespace GpuLm.Kernels.Attention.Cpu;

/// <summary>Masks for the vector that the diagonal cuts: the minimum of it and a mask keeps the visible elements.</summary>
static class CausalMask
{
    const int Widest = 16;
    const float Keep = float.PositiveInfinity, Least = float.NegativeInfinity;

    /// <summary>Under a minimum keeps the first <paramref name="visible"/> elements and makes the others minus infinity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V OrLeast<S, V>(nint visible) where S : struct, ISimd<V> where V : struct => Cut<S, V>(KeepOrLeast, visible);

    /// <summary>Under a minimum keeps the first <paramref name="visible"/> elements, if not negative, and makes the others zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V OrZero<S, V>(nint visible) where S : struct, ISimd<V> where V : struct => Cut<S, V>(KeepOrZero, visible);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Cut<S, V>(ReadOnlySpan<float> mask, nint visible) where S : struct, ISimd<V> where V : struct =>
        S.Load(ref MemoryMarshal.GetReference(mask), Widest - visible);

    static ReadOnlySpan<float> KeepOrLeast =>
    [
        Keep, Keep, Keep, Keep, Keep, Keep, Keep, Keep, Keep, Keep, Keep, Keep, Keep, Keep, Keep, Keep,
        Least, Least, Least, Least, Least, Least, Least, Least, Least, Least, Least, Least, Least, Least, Least, Least,
    ];

    static ReadOnlySpan<float> KeepOrZero =>
    [
        Keep, Keep, Keep, Keep, Keep, Keep, Keep, Keep, Keep, Keep, Keep, Keep, Keep, Keep, Keep, Keep,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];
}
