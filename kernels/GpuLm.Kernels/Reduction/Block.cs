using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GpuLm.Kernels.Primitives;
using GpuLm.Kernels.Primitives.Cpu;
using ILGPU;

namespace GpuLm.Kernels.Reduction;

/// <summary>
/// What a group sums of a long run of floats that it owns. CPU bodies: fp32 vector lanes within a block, the blocks in double, so that the
/// error does not grow with the length: no float is rounded more than BlockLength / 16 times, whatever the vectors' width.
/// </summary>
[DeviceBodies(typeof(BlockOnDevice))]
static class Block
{
    /// <summary>Floats that are summed in fp32.</summary>
    const int BlockLength = 4096;

    /// <summary>sum_i x[i]; every thread of the group gets it.</summary>
    public static float Sum(ArrayView<float> x) => Sum<One>(x);

    /// <summary>sum_i x[i]^2; every thread of the group gets it. Infinite where a square or the sum is not a float any more.</summary>
    public static float SumOfSquares(ArrayView<float> x) => Sum<Square>(x);

    static float Sum<TTerm>(ArrayView<float> x) where TTerm : struct
    {
        double sum = 0;
        for (nint start = 0; start < (nint)x.Length; start += BlockLength)
        {
            ref float block = ref Unsafe.Add(ref Simd.First(x), start);
            nint count = Math.Min(BlockLength, (nint)x.Length - start);
            sum += Simd.Uses512 ? SumBlock<Simd512, Vector512<float>, TTerm>(ref block, count)
                : Simd.Uses256 ? SumBlock<Simd256, Vector256<float>, TTerm>(ref block, count)
                : SumBlock<Simd128, Vector128<float>, TTerm>(ref block, count);
        }
        return (float)sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static float SumBlock<S, V, TTerm>(ref float x, nint count) where S : struct, ISimd<V> where V : struct where TTerm : struct
    {
        V sum0 = S.Zero, sum1 = S.Zero, sum2 = S.Zero, sum3 = S.Zero;
        nint i = 0;
        for (; i <= count - 4 * S.Width; i += 4 * S.Width)
        {
            sum0 = Add<S, V, TTerm>(sum0, S.Load(ref x, i));
            sum1 = Add<S, V, TTerm>(sum1, S.Load(ref x, i + S.Width));
            sum2 = Add<S, V, TTerm>(sum2, S.Load(ref x, i + 2 * S.Width));
            sum3 = Add<S, V, TTerm>(sum3, S.Load(ref x, i + 3 * S.Width));
        }
        for (; i < count; i += S.Width)
        {
            sum0 = Add<S, V, TTerm>(sum0, i <= count - S.Width ? S.Load(ref x, i) : Simd.LoadTail<S, V>(ref x, i, count - i));
        }
        return S.Sum(S.Add(S.Add(sum0, sum1), S.Add(sum2, sum3)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Add<S, V, TTerm>(V sum, V x) where S : struct, ISimd<V> where V : struct =>
        typeof(TTerm) == typeof(Square) ? S.MultiplyAdd(x, x, sum) : S.Add(sum, x);

    readonly struct One;

    readonly struct Square;
}
