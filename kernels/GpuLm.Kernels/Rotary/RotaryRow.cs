using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GpuLm.Kernels.Primitives;
using GpuLm.Kernels.Primitives.Cpu;
using ILGPU;

namespace GpuLm.Kernels.Rotary;

/// <summary>Rotates all heads of one token. These are the CPU bodies.</summary>
[DeviceBodies(typeof(RotaryRowOnDevice))]
static class RotaryRow
{
    /// <summary>
    /// For each head and i below headSize / 2, with a = x[i] and b = x[i + headSize / 2]: y[i] = a cos[i] - direction b sin[i] and
    /// y[i + headSize / 2] = b cos[i] + direction a sin[i]. <paramref name="y"/> may be <paramref name="x"/>.
    /// </summary>
    public static void Rotate(
        ArrayView<float> x, ArrayView<float> cos, ArrayView<float> sin, int heads, int headSize, float direction, ArrayView<float> y)
    {
        if (Simd.Uses512) Rotate<Simd512, Vector512<float>>(x, cos, sin, heads, headSize, direction, y);
        else if (Simd.Uses256) Rotate<Simd256, Vector256<float>>(x, cos, sin, heads, headSize, direction, y);
        else Rotate<Simd128, Vector128<float>>(x, cos, sin, heads, headSize, direction, y);
    }

    static void Rotate<S, V>(
        ArrayView<float> viewX, ArrayView<float> viewCos, ArrayView<float> viewSin, int heads, nint headSize, float direction,
        ArrayView<float> viewY)
        where S : struct, ISimd<V> where V : struct
    {
        ref float cos = ref Simd.First(viewCos), sin = ref Simd.First(viewSin);
        nint half = headSize / 2;
        V sign = S.Broadcast(direction);
        for (int head = 0; head < heads; head++)
        {
            ref float x = ref Unsafe.Add(ref Simd.First(viewX), head * headSize);
            ref float y = ref Unsafe.Add(ref Simd.First(viewY), head * headSize);
            nint i = 0;
            for (; i <= half - S.Width; i += S.Width)
            {
                V a = S.Load(ref x, i), b = S.Load(ref x, i + half), c = S.Load(ref cos, i), s = S.Multiply(sign, S.Load(ref sin, i));
                S.Store(S.Subtract(S.Multiply(a, c), S.Multiply(b, s)), ref y, i);
                S.Store(S.MultiplyAdd(b, c, S.Multiply(a, s)), ref y, i + half);
            }
            for (; i < half; i++)
            {
                float a = Unsafe.Add(ref x, i), b = Unsafe.Add(ref x, i + half), c = Unsafe.Add(ref cos, i),
                    s = direction * Unsafe.Add(ref sin, i);
                Unsafe.Add(ref y, i) = a * c - b * s;
                Unsafe.Add(ref y, i + half) = b * c + a * s;
            }
        }
    }
}

/// <summary>The device bodies of <see cref="RotaryRow"/>: a thread owns pairs.</summary>
static class RotaryRowOnDevice
{
    public static void Rotate(
        ArrayView<float> x, ArrayView<float> cos, ArrayView<float> sin, int heads, int headSize, float direction, ArrayView<float> y)
    {
        int half = headSize / 2;
        for (int pair = Group.IdxX; pair < heads * half; pair += Group.DimX)
        {
            int i = pair % half, at = pair / half * headSize + i;
            float a = x[at], b = x[at + half], c = cos[i], s = direction * sin[i];
            y[at] = a * c - b * s;
            y[at + half] = b * c + a * s;
        }
    }
}
