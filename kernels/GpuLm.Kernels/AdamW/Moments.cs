using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GpuLm.Kernels.Primitives;
using GpuLm.Kernels.Primitives.Cpu;
using ILGPU;

namespace GpuLm.Kernels.AdamW;

/// <summary>What a group does with the run of parameters that it owns. CPU bodies: one pass, vector code, any length.</summary>
[DeviceBodies(typeof(MomentsOnDevice))]
static class Moments
{
    /// <summary>
    /// m += (1 - beta1)(g - m); v = beta2 v + (1 - beta2) g^2; p = keep p - stepSize m / (sqrt(v) rootCorrection + epsilon) with
    /// g = scale * gradients.
    /// </summary>
    public static void Update(
        ArrayView<float> parameters, ArrayView<float> gradients, ArrayView<float> first, ArrayView<float> second,
        float scale, float keep, AdamWFactors factors)
    {
        if (Simd.Uses512) Update<Simd512, Vector512<float>>(parameters, gradients, first, second, scale, keep, factors);
        else if (Simd.Uses256) Update<Simd256, Vector256<float>>(parameters, gradients, first, second, scale, keep, factors);
        else Update<Simd128, Vector128<float>>(parameters, gradients, first, second, scale, keep, factors);
    }

    static void Update<S, V>(
        ArrayView<float> parameters, ArrayView<float> gradients, ArrayView<float> first, ArrayView<float> second,
        float scale, float keep, in AdamWFactors factors) where S : struct, ISimd<V> where V : struct
    {
        ref float p = ref Simd.First(parameters), g = ref Simd.First(gradients), m = ref Simd.First(first), v = ref Simd.First(second);
        V scales = S.Broadcast(scale), keeps = S.Broadcast(keep), firsts = S.Broadcast(factors.First), beta2 = S.Broadcast(factors.Beta2);
        V seconds = S.Broadcast(factors.Second), corrections = S.Broadcast(factors.RootCorrection), epsilons = S.Broadcast(factors.Epsilon);
        V steps = S.Broadcast(-factors.StepSize);
        nint length = (nint)parameters.Length, i = 0;
        for (; i <= length - S.Width; i += S.Width)
        {
            V gradient = S.Multiply(S.Load(ref g, i), scales), oldFirst = S.Load(ref m, i);
            V newFirst = S.MultiplyAdd(S.Subtract(gradient, oldFirst), firsts, oldFirst);
            V newSecond = S.MultiplyAdd(S.Multiply(gradient, gradient), seconds, S.Multiply(S.Load(ref v, i), beta2));
            V root = S.MultiplyAdd(S.Sqrt(newSecond), corrections, epsilons);
            S.Store(newFirst, ref m, i);
            S.Store(newSecond, ref v, i);
            S.Store(S.MultiplyAdd(S.Divide(newFirst, root), steps, S.Multiply(S.Load(ref p, i), keeps)), ref p, i);
        }
        for (; i < length; i++)
        {
            MomentsOnDevice.UpdateOne(
                ref Unsafe.Add(ref p, i), Unsafe.Add(ref g, i) * scale, ref Unsafe.Add(ref m, i), ref Unsafe.Add(ref v, i), keep, factors);
        }
    }
}
