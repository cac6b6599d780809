using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GpuLm.Kernels.Primitives;
using GpuLm.Kernels.Primitives.Cpu;
using ILGPU;

namespace GpuLm.Kernels.RmsNorm;

/// <summary>What RMS norm does with a row. These are the CPU bodies.</summary>
[DeviceBodies(typeof(RmsNormRowOnDevice))]
static class RmsNormRow
{
    /// <summary>y = x rstd weight; <paramref name="y"/> may be <paramref name="x"/>.</summary>
    public static void Normalize(ArrayView<float> x, float rstd, ArrayView<float> weight, ArrayView<float> y)
    {
        if (Simd.Uses512) Normalize<Simd512, Vector512<float>>(x, rstd, weight, y);
        else if (Simd.Uses256) Normalize<Simd256, Vector256<float>>(x, rstd, weight, y);
        else Normalize<Simd128, Vector128<float>>(x, rstd, weight, y);
    }

    /// <summary>
    /// With n = x rstd and g = dY weight: dX = rstd (g - n mean_i (g n)), plus dResidual where <paramref name="hasResidual"/> is not 0;
    /// dWeight += dY n. <paramref name="dX"/> may be any of the row's inputs.
    /// </summary>
    public static void Backward(
        ArrayView<float> dY, ArrayView<float> x, ArrayView<float> weight, float rstd, ArrayView<float> dResidual, int hasResidual,
        ArrayView<float> dX, ArrayView<float> dWeight)
    {
        if (Simd.Uses512) Backward<Simd512, Vector512<float>>(dY, x, weight, rstd, dResidual, hasResidual != 0, dX, dWeight);
        else if (Simd.Uses256) Backward<Simd256, Vector256<float>>(dY, x, weight, rstd, dResidual, hasResidual != 0, dX, dWeight);
        else Backward<Simd128, Vector128<float>>(dY, x, weight, rstd, dResidual, hasResidual != 0, dX, dWeight);
    }

    static void Normalize<S, V>(ArrayView<float> viewX, float rstd, ArrayView<float> viewWeight, ArrayView<float> viewY)
        where S : struct, ISimd<V> where V : struct
    {
        ref float x = ref Simd.First(viewX), weight = ref Simd.First(viewWeight), y = ref Simd.First(viewY);
        nint n = (nint)viewX.Length, i = 0;
        V scale = S.Broadcast(rstd);
        for (; i <= n - S.Width; i += S.Width) S.Store(S.Multiply(S.Multiply(S.Load(ref x, i), scale), S.Load(ref weight, i)), ref y, i);
        for (; i < n; i++) At(ref y, i) = At(ref x, i) * rstd * At(ref weight, i);
    }

    static void Backward<S, V>(
        ArrayView<float> viewDY, ArrayView<float> viewX, ArrayView<float> viewWeight, float rstd, ArrayView<float> viewResidual,
        bool hasResidual,
        ArrayView<float> viewDX, ArrayView<float> viewDWeight)
        where S : struct, ISimd<V> where V : struct
    {
        ref float dY = ref Simd.First(viewDY), x = ref Simd.First(viewX), weight = ref Simd.First(viewWeight);
        ref float dResidual = ref Simd.First(viewResidual), dX = ref Simd.First(viewDX), dWeight = ref Simd.First(viewDWeight);
        nint n = (nint)viewX.Length, i = 0;
        V scale = S.Broadcast(rstd), sum = S.Zero;
        for (; i <= n - S.Width; i += S.Width)
        {
            V above = S.Load(ref dY, i), normal = S.Multiply(S.Load(ref x, i), scale);
            sum = S.MultiplyAdd(S.Multiply(above, S.Load(ref weight, i)), normal, sum);
            S.Store(S.MultiplyAdd(above, normal, S.Load(ref dWeight, i)), ref dWeight, i);
        }
        float mean = S.Sum(sum);
        for (; i < n; i++)
        {
            float normal = At(ref x, i) * rstd;
            mean += At(ref dY, i) * At(ref weight, i) * normal;
            At(ref dWeight, i) += At(ref dY, i) * normal;
        }
        mean /= n;

        V means = S.Broadcast(-mean);
        for (i = 0; i <= n - S.Width; i += S.Width)
        {
            V inner = S.MultiplyAdd(S.Multiply(S.Load(ref x, i), scale), means, S.Multiply(S.Load(ref dY, i), S.Load(ref weight, i)));
            S.Store(hasResidual ? S.MultiplyAdd(inner, scale, S.Load(ref dResidual, i)) : S.Multiply(inner, scale), ref dX, i);
        }
        for (; i < n; i++)
        {
            float inner = (At(ref dY, i) * At(ref weight, i) - At(ref x, i) * rstd * mean) * rstd;
            At(ref dX, i) = hasResidual ? inner + At(ref dResidual, i) : inner;
        }
    }

    static ref float At(ref float row, nint index) => ref Unsafe.Add(ref row, index);
}

/// <summary>The device bodies of <see cref="RmsNormRow"/>: thread t owns elements t, t + group size, ... of the row.</summary>
static class RmsNormRowOnDevice
{
    public static void Normalize(ArrayView<float> x, float rstd, ArrayView<float> weight, ArrayView<float> y)
    {
        for (int i = Group.IdxX; i < x.IntLength; i += Group.DimX) y[i] = x[i] * rstd * weight[i];
    }

    public static void Backward(
        ArrayView<float> dY, ArrayView<float> x, ArrayView<float> weight, float rstd, ArrayView<float> dResidual, int hasResidual,
        ArrayView<float> dX, ArrayView<float> dWeight)
    {
        float sum = 0;
        for (int i = Group.IdxX; i < x.IntLength; i += Group.DimX)
        {
            float normal = x[i] * rstd;
            sum += dY[i] * weight[i] * normal;
            dWeight[i] += dY[i] * normal;
        }
        float mean = GroupReduce.Sum(sum) / x.IntLength;
        for (int i = Group.IdxX; i < x.IntLength; i += Group.DimX)
        {
            float inner = (dY[i] * weight[i] - x[i] * rstd * mean) * rstd;
            dX[i] = hasResidual != 0 ? dResidual[i] + inner : inner;
        }
    }
}
