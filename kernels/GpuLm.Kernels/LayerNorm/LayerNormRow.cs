using System.Runtime.Intrinsics;
using GpuLm.Kernels.Primitives;
using GpuLm.Kernels.Primitives.Cpu;
using ILGPU;

namespace GpuLm.Kernels.LayerNorm;

/// <summary>What layer norm does with a row. These are the CPU bodies.</summary>
[DeviceBodies(typeof(LayerNormRowOnDevice))]
static class LayerNormRow
{
    /// <summary>
    /// 1 / sqrt(mean_i (x[i] - mean)^2 + epsilon). Two passes over a cached row: the one-pass form cancels for a large mean.
    /// </summary>
    public static float ReciprocalDeviation(ArrayView<float> x, float mean, float epsilon)
    {
        float sum = Simd.Uses512 ? SquaredDeviations<Simd512, Vector512<float>>(ref Simd.First(x), mean, (nint)x.Length)
            : Simd.Uses256 ? SquaredDeviations<Simd256, Vector256<float>>(ref Simd.First(x), mean, (nint)x.Length)
            : SquaredDeviations<Simd128, Vector128<float>>(ref Simd.First(x), mean, (nint)x.Length);
        return 1f / MathF.Sqrt(sum / x.Length + epsilon);
    }

    /// <summary>y = (x - mean) rstd weight + bias; <paramref name="y"/> may be <paramref name="x"/>.</summary>
    public static void Normalize(
        ArrayView<float> x, float mean, float rstd, ArrayView<float> weight, ArrayView<float> bias, ArrayView<float> y)
    {
        if (Simd.Uses512) Normalize<Simd512, Vector512<float>>(
            ref Simd.First(x), mean, rstd, ref Simd.First(weight), ref Simd.First(bias), ref Simd.First(y), (nint)x.Length);
        else if (Simd.Uses256) Normalize<Simd256, Vector256<float>>(
            ref Simd.First(x), mean, rstd, ref Simd.First(weight), ref Simd.First(bias), ref Simd.First(y), (nint)x.Length);
        else Normalize<Simd128, Vector128<float>>(
            ref Simd.First(x), mean, rstd, ref Simd.First(weight), ref Simd.First(bias), ref Simd.First(y), (nint)x.Length);
    }

    /// <summary>
    /// With n = (x - mean) rstd and g = dY weight: dX = rstd (g - mean_i g - n mean_i (g n)), plus dResidual where
    /// <paramref name="hasResidual"/> is not 0; dWeight += dY n; dBias += dY. <paramref name="dX"/> may be any of the row's inputs.
    /// </summary>
    public static void Backward(
        ArrayView<float> dY, ArrayView<float> x, ArrayView<float> weight, float mean, float rstd, ArrayView<float> dResidual,
        int hasResidual,
        ArrayView<float> dX, ArrayView<float> dWeight, ArrayView<float> dBias)
    {
        if (Simd.Uses512) Backward<Simd512, Vector512<float>>(dY, x, weight, mean, rstd, dResidual, hasResidual != 0, dX, dWeight, dBias);
        else if (Simd.Uses256)
            Backward<Simd256, Vector256<float>>(dY, x, weight, mean, rstd, dResidual, hasResidual != 0, dX, dWeight, dBias);
        else Backward<Simd128, Vector128<float>>(dY, x, weight, mean, rstd, dResidual, hasResidual != 0, dX, dWeight, dBias);
    }

    static float SquaredDeviations<S, V>(ref float x, float mean, nint n) where S : struct, ISimd<V> where V : struct
    {
        // Four sums, for one alone would wait for each addition before the next.
        V means = S.Broadcast(mean), sum0 = S.Zero, sum1 = S.Zero, sum2 = S.Zero, sum3 = S.Zero;
        nint i = 0;
        for (; i <= n - 4 * S.Width; i += 4 * S.Width)
        {
            V a = S.Subtract(S.Load(ref x, i), means), b = S.Subtract(S.Load(ref x, i + S.Width), means);
            V c = S.Subtract(S.Load(ref x, i + 2 * S.Width), means), d = S.Subtract(S.Load(ref x, i + 3 * S.Width), means);
            sum0 = S.MultiplyAdd(a, a, sum0);
            sum1 = S.MultiplyAdd(b, b, sum1);
            sum2 = S.MultiplyAdd(c, c, sum2);
            sum3 = S.MultiplyAdd(d, d, sum3);
        }
        for (; i <= n - S.Width; i += S.Width)
        {
            V a = S.Subtract(S.Load(ref x, i), means);
            sum0 = S.MultiplyAdd(a, a, sum0);
        }
        if (i < n)
        {
            V a = S.Subtract(Simd.LoadTail<S, V>(ref x, i, n - i, filler: mean), means);
            sum1 = S.MultiplyAdd(a, a, sum1);
        }
        return S.Sum(S.Add(S.Add(sum0, sum1), S.Add(sum2, sum3)));
    }

    static void Normalize<S, V>(ref float x, float mean, float rstd, ref float weight, ref float bias, ref float y, nint n)
        where S : struct, ISimd<V> where V : struct
    {
        V means = S.Broadcast(mean), scale = S.Broadcast(rstd);
        nint i = 0;
        for (; i <= n - S.Width; i += S.Width)
        {
            V normal = S.Multiply(S.Subtract(S.Load(ref x, i), means), scale);
            S.Store(S.MultiplyAdd(normal, S.Load(ref weight, i), S.Load(ref bias, i)), ref y, i);
        }
        for (; i < n; i++) At(ref y, i) = (At(ref x, i) - mean) * rstd * At(ref weight, i) + At(ref bias, i);
    }

    static void Backward<S, V>(
        ArrayView<float> viewDY, ArrayView<float> viewX, ArrayView<float> viewWeight, float mean, float rstd, ArrayView<float> viewResidual,
        bool hasResidual, ArrayView<float> viewDX, ArrayView<float> viewDWeight, ArrayView<float> viewDBias)
        where S : struct, ISimd<V> where V : struct
    {
        ref float dY = ref Simd.First(viewDY), x = ref Simd.First(viewX), weight = ref Simd.First(viewWeight),
            dResidual = ref Simd.First(viewResidual);
        ref float dX = ref Simd.First(viewDX), dWeight = ref Simd.First(viewDWeight), dBias = ref Simd.First(viewDBias);
        nint n = (nint)viewX.Length, i = 0;
        V means = S.Broadcast(mean), scale = S.Broadcast(rstd), sumG = S.Zero, sumGN = S.Zero;
        for (; i <= n - S.Width; i += S.Width)
        {
            V above = S.Load(ref dY, i), g = S.Multiply(above, S.Load(ref weight, i)),
                normal = S.Multiply(S.Subtract(S.Load(ref x, i), means), scale);
            sumG = S.Add(sumG, g);
            sumGN = S.MultiplyAdd(g, normal, sumGN);
            S.Store(S.MultiplyAdd(above, normal, S.Load(ref dWeight, i)), ref dWeight, i);
            S.Store(S.Add(above, S.Load(ref dBias, i)), ref dBias, i);
        }
        float meanG = S.Sum(sumG), meanGN = S.Sum(sumGN);
        for (; i < n; i++)
        {
            float g = At(ref dY, i) * At(ref weight, i), normal = (At(ref x, i) - mean) * rstd;
            meanG += g;
            meanGN += g * normal;
            At(ref dWeight, i) += At(ref dY, i) * normal;
            At(ref dBias, i) += At(ref dY, i);
        }
        meanG /= n;
        meanGN /= n;

        V gs = S.Broadcast(meanG), gns = S.Broadcast(-meanGN);
        for (i = 0; i <= n - S.Width; i += S.Width)
        {
            V g = S.Multiply(S.Load(ref dY, i), S.Load(ref weight, i)), normal = S.Multiply(S.Subtract(S.Load(ref x, i), means), scale);
            V inner = S.MultiplyAdd(normal, gns, S.Subtract(g, gs));
            S.Store(hasResidual ? S.MultiplyAdd(inner, scale, S.Load(ref dResidual, i)) : S.Multiply(inner, scale), ref dX, i);
        }
        for (; i < n; i++)
        {
            float inner = (At(ref dY, i) * At(ref weight, i) - meanG - (At(ref x, i) - mean) * rstd * meanGN) * rstd;
            At(ref dX, i) = hasResidual ? inner + At(ref dResidual, i) : inner;
        }
    }

    static ref float At(ref float row, nint index) => ref System.Runtime.CompilerServices.Unsafe.Add(ref row, index);
}
