using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using GpuLm.Kernels.Primitives;
using GpuLm.Kernels.Primitives.Cpu;
using ILGPU;

namespace GpuLm.Kernels.Probe;

/// <summary>What a group does in a probe. These are the CPU bodies.</summary>
[DeviceBodies(typeof(ProbeWorkOnDevice))]
static class ProbeWork
{
    /// <summary>
    /// Independent vectors in flight: more than latency times issue width of any core, and they fit in 16 registers with the two constants.
    /// </summary>
    const int Chains = 12;

    /// <summary>On a CPU a group's values are a multiple of this: <see cref="Chains"/> of the widest vectors.</summary>
    public const int CpuValues = Chains * 16;

    /// <summary>y[i] = factor y[i] + term, <paramref name="iterations"/> times.</summary>
    public static void MultiplyAdd(float factor, float term, int iterations, ArrayView<float> y)
    {
        if (Vector512.IsHardwareAccelerated) MultiplyAdd<Simd512, Vector512<float>>(factor, term, iterations, Span(y));
        else if (Vector256.IsHardwareAccelerated) MultiplyAdd<Simd256, Vector256<float>>(factor, term, iterations, Span(y));
        else MultiplyAdd<Simd128, Vector128<float>>(factor, term, iterations, Span(y));
    }

    /// <summary>y = a + factor b.</summary>
    public static void Triad(ArrayView<float> a, ArrayView<float> b, float factor, ArrayView<float> y)
    {
        if (y.Length > 0) TensorPrimitives.MultiplyAdd(Span(b), factor, Span(a), Span(y));
    }

    /// <remarks>
    /// Optimised at once: a launch is one call with a long loop, and tiering would leave that call's loop variables in memory.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void MultiplyAdd<S, V>(float factor, float term, int iterations, Span<float> y)
        where S : struct, ISimd<V> where V : struct
    {
        V f = S.Broadcast(factor), t = S.Broadcast(term);
        nint w = S.Width;
        for (; y.Length >= Chains * w; y = y[(int)(Chains * w)..])
        {
            ref float r = ref MemoryMarshal.GetReference(y);
            V a = S.Load(ref r, 0), b = S.Load(ref r, w), c = S.Load(ref r, 2 * w), d = S.Load(ref r, 3 * w);
            V e = S.Load(ref r, 4 * w), g = S.Load(ref r, 5 * w), h = S.Load(ref r, 6 * w), i = S.Load(ref r, 7 * w);
            V j = S.Load(ref r, 8 * w), k = S.Load(ref r, 9 * w), l = S.Load(ref r, 10 * w), m = S.Load(ref r, 11 * w);
            for (int n = 0; n < iterations; n++)
            {
                a = S.MultiplyAdd(a, f, t); b = S.MultiplyAdd(b, f, t); c = S.MultiplyAdd(c, f, t); d = S.MultiplyAdd(d, f, t);
                e = S.MultiplyAdd(e, f, t); g = S.MultiplyAdd(g, f, t); h = S.MultiplyAdd(h, f, t); i = S.MultiplyAdd(i, f, t);
                j = S.MultiplyAdd(j, f, t); k = S.MultiplyAdd(k, f, t); l = S.MultiplyAdd(l, f, t); m = S.MultiplyAdd(m, f, t);
            }
            S.Store(a, ref r, 0); S.Store(b, ref r, w); S.Store(c, ref r, 2 * w); S.Store(d, ref r, 3 * w);
            S.Store(e, ref r, 4 * w); S.Store(g, ref r, 5 * w); S.Store(h, ref r, 6 * w); S.Store(i, ref r, 7 * w);
            S.Store(j, ref r, 8 * w); S.Store(k, ref r, 9 * w); S.Store(l, ref r, 10 * w); S.Store(m, ref r, 11 * w);
        }
    }

    static Span<float> Span(ArrayView<float> view) => view.Length == 0 ? [] : MemoryMarshal.CreateSpan(ref view[0], (int)view.Length);
}
