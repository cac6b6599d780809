using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GpuLm.Kernels.Primitives;
using GpuLm.Kernels.Primitives.Cpu;
using ILGPU;

namespace GpuLm.Kernels.Softmax;

/// <summary>What softmax does with a row. These are the CPU bodies.</summary>
[DeviceBodies(typeof(SoftmaxRowOnDevice))]
static class SoftmaxRow
{
    /// <summary>Below this, e^x is 0: an element masked by -infinity gets exactly nothing.</summary>
    public const float Lowest = -87f;

    /// <summary>
    /// y = e^(x - max); returns sum_i y[i], which every thread of the group gets. <paramref name="y"/> may be <paramref name="x"/>.
    /// </summary>
    public static float ExpSum(ArrayView<float> x, float max, ArrayView<float> y) =>
        Simd.Uses512 ? ExpSum<Simd512, Vector512<float>>(x, max, y)
        : Simd.Uses256 ? ExpSum<Simd256, Vector256<float>>(x, max, y)
        : ExpSum<Simd128, Vector128<float>>(x, max, y);

    /// <summary>dX = y (dY - dot); <paramref name="dX"/> may be <paramref name="dY"/> or <paramref name="y"/>.</summary>
    public static void Backward(ArrayView<float> dY, ArrayView<float> y, float dot, ArrayView<float> dX)
    {
        if (Simd.Uses512) Backward<Simd512, Vector512<float>>(dY, y, dot, dX);
        else if (Simd.Uses256) Backward<Simd256, Vector256<float>>(dY, y, dot, dX);
        else Backward<Simd128, Vector128<float>>(dY, y, dot, dX);
    }

    // A method of its own: inlined, the loop's constants do not stay in registers.
    [MethodImpl(MethodImplOptions.NoInlining)]
    static float ExpSum<S, V>(ArrayView<float> viewX, float max, ArrayView<float> viewY) where S : struct, ISimd<V> where V : struct
    {
        ref float x = ref Simd.First(viewX), y = ref Simd.First(viewY);
        nint n = (nint)viewX.Length, i = 0;
        V shift = S.Broadcast(max), sum = S.Zero;
        for (; i <= n - S.Width; i += S.Width)
        {
            V e = Exp<S, V>(S.Subtract(S.Load(ref x, i), shift));
            S.Store(e, ref y, i);
            sum = S.Add(sum, e);
        }
        if (i < n)
        {
            V e = Exp<S, V>(S.Subtract(Simd.LoadTail<S, V>(ref x, i, n - i, filler: float.NegativeInfinity), shift));
            Simd.StoreTail<S, V>(e, ref y, i, n - i);
            sum = S.Add(sum, e);
        }
        return S.Sum(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Exp<S, V>(V x) where S : struct, ISimd<V> where V : struct =>
        S.WhereLess(x, S.Broadcast(Lowest), S.Zero, SimdMath.Exp<S, V>(x));

    static void Backward<S, V>(ArrayView<float> viewDY, ArrayView<float> viewY, float dot, ArrayView<float> viewDX)
        where S : struct, ISimd<V> where V : struct
    {
        ref float dY = ref Simd.First(viewDY), y = ref Simd.First(viewY), dX = ref Simd.First(viewDX);
        nint n = (nint)viewY.Length, i = 0;
        V dots = S.Broadcast(dot);
        for (; i <= n - S.Width; i += S.Width) S.Store(S.Multiply(S.Load(ref y, i), S.Subtract(S.Load(ref dY, i), dots)), ref dX, i);
        for (; i < n; i++) Unsafe.Add(ref dX, i) = Unsafe.Add(ref y, i) * (Unsafe.Add(ref dY, i) - dot);
    }
}

/// <summary>The device bodies of <see cref="SoftmaxRow"/>: thread t owns elements t, t + group size, ... of the row.</summary>
static class SoftmaxRowOnDevice
{
    public static float ExpSum(ArrayView<float> x, float max, ArrayView<float> y)
    {
        float sum = 0;
        for (int i = Group.IdxX; i < x.IntLength; i += Group.DimX)
        {
            float difference = x[i] - max;
            float e = difference < SoftmaxRow.Lowest ? 0f : MathF.Exp(difference);
            y[i] = e;
            sum += e;
        }
        return GroupReduce.Sum(sum);
    }

    public static void Backward(ArrayView<float> dY, ArrayView<float> y, float dot, ArrayView<float> dX)
    {
        for (int i = Group.IdxX; i < y.IntLength; i += Group.DimX) dX[i] = y[i] * (dY[i] - dot);
    }
}
