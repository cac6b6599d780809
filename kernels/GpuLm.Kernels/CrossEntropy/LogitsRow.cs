using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using GpuLm.Kernels.Primitives;
using GpuLm.Kernels.Primitives.Cpu;
using ILGPU;

namespace GpuLm.Kernels.CrossEntropy;

/// <summary>
/// What a group does with one position's logits. These are the CPU bodies: the row is read block by block, each block's maximum while the
/// block is in the first-level cache, so that memory sees one pass; the gradient computes each exponential once and needs one more.
/// </summary>
[DeviceBodies(typeof(LogitsRowOnDevice))]
static class LogitsRow
{
    /// <summary>Logits of a block: 8 KB, a part of any first-level cache. Longer rows than MaxBlocks of them get longer blocks.</summary>
    const int BlockLength = 2048;
    const int MaxBlocks = 1024;

    /// <summary>log sum_i e^x[i]; every thread of the group gets it.</summary>
    public static float LogSumExp(ArrayView<float> x) =>
        Simd.Uses512 ? LogSumExp<Simd512, Vector512<float>>(x)
        : Simd.Uses256 ? LogSumExp<Simd256, Vector256<float>>(x)
        : LogSumExp<Simd128, Vector128<float>>(x);

    /// <summary>x = factor (softmax(x) - onehot(target)); every thread of the group gets log sum_i e^x[i] of the old x.</summary>
    public static float WriteGradient(ArrayView<float> x, int target, float factor) =>
        Simd.Uses512 ? WriteGradient<Simd512, Vector512<float>>(x, target, factor)
        : Simd.Uses256 ? WriteGradient<Simd256, Vector256<float>>(x, target, factor)
        : WriteGradient<Simd128, Vector128<float>>(x, target, factor);

    /// <summary>x = 0.</summary>
    public static void Clear(ArrayView<float> x) => MemoryMarshal.CreateSpan(ref x[0], x.IntLength).Clear();

    static float LogSumExp<S, V>(ArrayView<float> x) where S : struct, ISimd<V> where V : struct
    {
        ref float row = ref Simd.First(x);
        int length = x.IntLength;
        float max = float.NegativeInfinity;
        double sum = 0;
        for (int start = 0; start < length; start += BlockLength)
        {
            ref float block = ref Unsafe.Add(ref row, start);
            int count = Math.Min(BlockLength, length - start);
            float larger = MathF.Max(max, Max<S, V>(ref block, count));
            sum = sum * MathF.Exp(max - larger) + ExpSum<S, V, Keep>(ref block, count, larger);
            max = larger;
        }
        return max + (float)Math.Log(sum);
    }

    static float WriteGradient<S, V>(ArrayView<float> x, int target, float factor) where S : struct, ISimd<V> where V : struct
    {
        ref float row = ref Simd.First(x);
        int length = x.IntLength, blockLength = Math.Max(BlockLength, (length + MaxBlocks - 1) / MaxBlocks);
        Span<float> references = stackalloc float[MaxBlocks];
        float max = float.NegativeInfinity;
        double sum = 0;
        for (int start = 0, block = 0; start < length; start += blockLength, block++)
        {
            ref float values = ref Unsafe.Add(ref row, start);
            int count = Math.Min(blockLength, length - start);
            float larger = MathF.Max(max, Max<S, V>(ref values, count));
            sum = sum * MathF.Exp(max - larger) + ExpSum<S, V, Overwrite>(ref values, count, larger);
            references[block] = max = larger;
        }
        for (int start = 0, block = 0; start < length; start += blockLength, block++)
        {
            float scale = (float)(factor * Math.Exp(references[block] - max) / sum);
            Scale<S, V>(ref Unsafe.Add(ref row, start), Math.Min(blockLength, length - start), scale);
        }
        Unsafe.Add(ref row, target) -= factor;
        return max + (float)Math.Log(sum);
    }

    // A NaN is ignored here; it comes through in the sum of exponentials.
    static float Max<S, V>(ref float x, int count) where S : struct, ISimd<V> where V : struct
    {
        V lanes0 = S.Broadcast(float.NegativeInfinity), lanes1 = lanes0;
        int i = 0;
        for (; i <= count - 2 * S.Width; i += 2 * S.Width)
        {
            lanes0 = S.Max(S.Load(ref x, i), lanes0);
            lanes1 = S.Max(S.Load(ref x, i + S.Width), lanes1);
        }
        float max = S.MaxElement(S.Max(lanes0, lanes1));
        for (; i < count; i++) max = Unsafe.Add(ref x, i) > max ? Unsafe.Add(ref x, i) : max;
        return max;
    }

    // A method of its own: inlined, the loop's constants do not stay in registers.
    [MethodImpl(MethodImplOptions.NoInlining)]
    static float ExpSum<S, V, TStore>(ref float x, int count, float max) where S : struct, ISimd<V> where V : struct where TStore : struct
    {
        V shift = S.Broadcast(max), lanes = S.Zero;
        int i = 0;
        for (; i <= count - S.Width; i += S.Width)
        {
            V e = SimdMath.Exp<S, V>(S.Subtract(S.Load(ref x, i), shift));
            if (typeof(TStore) == typeof(Overwrite)) S.Store(e, ref x, i);
            lanes = S.Add(lanes, e);
        }
        float sum = S.Sum(lanes);
        for (; i < count; i++)
        {
            float e = MathF.Exp(Unsafe.Add(ref x, i) - max);
            if (typeof(TStore) == typeof(Overwrite)) Unsafe.Add(ref x, i) = e;
            sum += e;
        }
        return sum;
    }

    static void Scale<S, V>(ref float x, int count, float factor) where S : struct, ISimd<V> where V : struct
    {
        V factors = S.Broadcast(factor);
        int i = 0;
        for (; i <= count - S.Width; i += S.Width) S.Store(S.Multiply(S.Load(ref x, i), factors), ref x, i);
        for (; i < count; i++) Unsafe.Add(ref x, i) *= factor;
    }

    readonly struct Keep;

    readonly struct Overwrite;
}
