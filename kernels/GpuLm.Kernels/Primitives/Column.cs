using System.Runtime.Intrinsics;
using GpuLm.Kernels.Primitives.Cpu;
using ILGPU;

namespace GpuLm.Kernels.Primitives;

/// <summary>What a group does with columns that it owns of a row-major matrix. These are the CPU bodies.</summary>
[DeviceBodies(typeof(ColumnOnDevice))]
public static class Column
{
    /// <summary>
    /// y[j] = sum_i x[i stride + j], or that added to y[j], for every j of <paramref name="y"/> and i below <paramref name="rows"/>, in
    /// an order that depends on the sizes alone.
    /// </summary>
    public static void Sum(ArrayView<float> x, int rows, int stride, int accumulate, ArrayView<float> y)
    {
        if (Simd.Uses512)
            Sum<Simd512, Vector512<float>>(ref Simd.First(x), rows, stride, accumulate != 0, ref Simd.First(y), (nint)y.Length);
        else if (Simd.Uses256)
            Sum<Simd256, Vector256<float>>(ref Simd.First(x), rows, stride, accumulate != 0, ref Simd.First(y), (nint)y.Length);
        else Sum<Simd128, Vector128<float>>(ref Simd.First(x), rows, stride, accumulate != 0, ref Simd.First(y), (nint)y.Length);
    }

    /// <summary>
    /// Eight rows at a time are added to y, which stays in the cache: as many streams as a core prefetches, and an eighth of the traffic
    /// to y.
    /// </summary>
    static void Sum<S, V>(ref float x, int rows, nint stride, bool accumulate, ref float y, nint columns) where S : struct, ISimd<V>
        where V : struct
    {
        const int Block = 8;
        int row = 0;
        for (; row <= rows - Block; row += Block)
        {
            nint from = row * stride, j = 0;
            bool adds = accumulate || row > 0;
            for (; j <= columns - S.Width; j += S.Width)
            {
                nint at = from + j;
                V first = S.Add(
                    S.Add(S.Load(ref x, at), S.Load(ref x, at + stride)),
                    S.Add(S.Load(ref x, at + 2 * stride), S.Load(ref x, at + 3 * stride)));
                at += 4 * stride;
                V last = S.Add(
                    S.Add(S.Load(ref x, at), S.Load(ref x, at + stride)),
                    S.Add(S.Load(ref x, at + 2 * stride), S.Load(ref x, at + 3 * stride)));
                V sum = S.Add(first, last);
                S.Store(adds ? S.Add(S.Load(ref y, j), sum) : sum, ref y, j);
            }
            if (j < columns)
            {
                V sum = adds ? Simd.LoadTail<S, V>(ref y, j, columns - j) : S.Zero;
                for (int i = 0; i < Block; i++) sum = S.Add(sum, Simd.LoadTail<S, V>(ref x, from + i * stride + j, columns - j));
                Simd.StoreTail<S, V>(sum, ref y, j, columns - j);
            }
        }
        for (; row < rows; row++)
        {
            nint from = row * stride, j = 0;
            bool adds = accumulate || row > 0;
            for (; j <= columns - S.Width; j += S.Width)
            {
                V value = S.Load(ref x, from + j);
                S.Store(adds ? S.Add(S.Load(ref y, j), value) : value, ref y, j);
            }
            if (j < columns)
            {
                V value = Simd.LoadTail<S, V>(ref x, from + j, columns - j);
                Simd.StoreTail<S, V>(adds ? S.Add(Simd.LoadTail<S, V>(ref y, j, columns - j), value) : value, ref y, j, columns - j);
            }
        }
    }
}
