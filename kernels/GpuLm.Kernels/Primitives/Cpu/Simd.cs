using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ILGPU;

namespace GpuLm.Kernels.Primitives.Cpu;

/// <summary>Which vectors CPU bodies use, and what they need at the ends of a row.</summary>
static class Simd
{
    /// <summary>Bits of the widest vector that bodies may use. Tests lower it, to run every form of a body on one machine.</summary>
    internal static int WidestBits { get; set; } = 512;

    /// <summary>Whether bodies run as <see cref="Simd512"/>.</summary>
    public static bool Uses512 => Vector512.IsHardwareAccelerated && WidestBits >= 512;

    /// <summary>Whether bodies run as <see cref="Simd256"/>, where not wider.</summary>
    public static bool Uses256 => Vector256.IsHardwareAccelerated && WidestBits >= 256;

    /// <summary>The first element of a view that is not empty.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref float First(ArrayView<float> view) => ref view[0];

    /// <summary>
    /// The last <paramref name="count"/> floats of a row, fewer than a vector has; the other lanes hold <paramref name="filler"/>.
    /// </summary>
    public static V LoadTail<S, V>(ref float source, nint index, nint count, float filler = 0) where S : struct, ISimd<V> where V : struct
    {
        V vector = S.Broadcast(filler);
        ref float lane = ref Unsafe.As<V, float>(ref vector);
        for (nint i = 0; i < count; i++) Unsafe.Add(ref lane, i) = Unsafe.Add(ref source, index + i);
        return vector;
    }

    /// <summary>Stores the first <paramref name="count"/> lanes only.</summary>
    public static void StoreTail<S, V>(V vector, ref float target, nint index, nint count) where S : struct, ISimd<V> where V : struct
    {
        ref float lane = ref Unsafe.As<V, float>(ref vector);
        for (nint i = 0; i < count; i++) Unsafe.Add(ref target, index + i) = Unsafe.Add(ref lane, i);
    }
}
