using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ILGPU;

namespace GpuLm.Kernels.Primitives.Cpu;

/// <summary>An element-wise function of one vector.</summary>
interface IMap
{
    static abstract V Apply<S, V>(V x) where S : struct, ISimd<V> where V : struct;
}

/// <summary>An element-wise function of two vectors.</summary>
interface IMap2
{
    static abstract V Apply<S, V>(V a, V b) where S : struct, ISimd<V> where V : struct;
}

/// <summary>Applies element-wise functions to rows in one pass, in the widest vectors there are. Outputs may be inputs.</summary>
static class SimdMap
{
    /// <summary>y = F(x).</summary>
    public static void Run<F>(ArrayView<float> x, ArrayView<float> y) where F : struct, IMap
    {
        if (Simd.Uses512) Run<F, Simd512, Vector512<float>>(ref Simd.First(x), ref Simd.First(y), (nint)x.Length);
        else if (Simd.Uses256) Run<F, Simd256, Vector256<float>>(ref Simd.First(x), ref Simd.First(y), (nint)x.Length);
        else Run<F, Simd128, Vector128<float>>(ref Simd.First(x), ref Simd.First(y), (nint)x.Length);
    }

    /// <summary>y = F(a, b).</summary>
    public static void Run<F>(ArrayView<float> a, ArrayView<float> b, ArrayView<float> y) where F : struct, IMap2
    {
        if (Simd.Uses512) Run<F, Simd512, Vector512<float>>(ref Simd.First(a), ref Simd.First(b), ref Simd.First(y), (nint)a.Length);
        else if (Simd.Uses256) Run<F, Simd256, Vector256<float>>(ref Simd.First(a), ref Simd.First(b), ref Simd.First(y), (nint)a.Length);
        else Run<F, Simd128, Vector128<float>>(ref Simd.First(a), ref Simd.First(b), ref Simd.First(y), (nint)a.Length);
    }

    // A method of its own: inlined, the loop's constants do not stay in registers.
    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Run<F, S, V>(ref float x, ref float y, nint n) where F : struct, IMap where S : struct, ISimd<V> where V : struct
    {
        nint i = 0;
        for (; i <= n - S.Width; i += S.Width) S.Store(F.Apply<S, V>(S.Load(ref x, i)), ref y, i);
        if (i < n) Simd.StoreTail<S, V>(F.Apply<S, V>(Simd.LoadTail<S, V>(ref x, i, n - i)), ref y, i, n - i);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Run<F, S, V>(ref float a, ref float b, ref float y, nint n) where F : struct, IMap2 where S : struct, ISimd<V>
        where V : struct
    {
        nint i = 0;
        for (; i <= n - S.Width; i += S.Width) S.Store(F.Apply<S, V>(S.Load(ref a, i), S.Load(ref b, i)), ref y, i);
        if (i < n)
        {
            V result = F.Apply<S, V>(Simd.LoadTail<S, V>(ref a, i, n - i), Simd.LoadTail<S, V>(ref b, i, n - i));
            Simd.StoreTail<S, V>(result, ref y, i, n - i);
        }
    }
}
