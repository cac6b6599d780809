using GpuLm.Kernels.Cuda;
using GpuLm.Kernels.Cuda.Intrinsics;
using GpuLm.Kernels.Cuda.Rows;
using ILGPU;

namespace GpuLm.Kernels.AdamW;

/// <content>The kernels of NVIDIA GPUs.</content>
public static partial class AdamWKernels
{
    /// <summary>
    /// A thread owns four neighbouring parameters: four loads of 16 bytes are under way at once, and no loop keeps the later ones waiting.
    /// Lengths count in fours. No barriers. Where the norm is not finite nothing is written.
    /// </summary>
    public static class FourPerThread
    {
        /// <summary>Updates masters in fp32, and writes those that lie within <paramref name="matrices"/> there as well, in bf16.</summary>
        [LaunchBounds(VectorAccess.GroupSize)]
        public static void Step(
            ArrayView<Float4> parameters, ArrayView<Float4> gradients, ArrayView<Float4> first, ArrayView<Float4> second,
            ArrayView<float> gradientNorm, ArrayView<AdamWFactors> prepared, long length, long decayLength, ArrayView<UInt2> matrices)
        {
            float norm = gradientNorm[0];
            long i = VectorAccess.Item;
            if (i < length && IsFinite(norm))
            {
                var factors = prepared[0];
                float keep = i < decayLength ? factors.Keep : 1;
                var updated = Update(parameters[i], gradients[i], first, second, i, keep, Scale(norm, factors), factors);
                parameters[i] = updated;
                if (i < matrices.Length) matrices[i] = Pack(updated);
            }
        }

        /// <summary>
        /// Updates matrices that exist in bf16 only and vectors in fp32. A matrix element is rounded up with the probability of its
        /// distance from the number below: 16 random bits are added to the fraction's lower half, which is then cut off.
        /// </summary>
        [LaunchBounds(VectorAccess.GroupSize)]
        public static void StepWithoutMasters(
            ArrayView<UInt2> matrices, ArrayView<Float4> vectors, ArrayView<Float4> gradients, ArrayView<Float4> first,
            ArrayView<Float4> second,
            ArrayView<float> gradientNorm, ArrayView<AdamWFactors> prepared, long length, long decayLength, ulong seed)
        {
            float norm = gradientNorm[0];
            long i = VectorAccess.Item;
            if (i < length && IsFinite(norm))
            {
                var factors = prepared[0];
                float scale = Scale(norm, factors);
                if (i < decayLength)
                {
                    var updated = Update(Unpack(matrices[i]), gradients[i], first, second, i, factors.Keep, scale, factors);
                    ulong bits = Mix(Mix(seed + (ulong)factors.Step) + (ulong)i);
                    matrices[i] = new UInt2
                    {
                        X = RoundAtRandom(updated.X, (uint)bits) | RoundAtRandom(updated.Y, (uint)(bits >> 16)) << 16,
                        Y = RoundAtRandom(updated.Z, (uint)(bits >> 32)) | RoundAtRandom(updated.W, (uint)(bits >> 48)) << 16,
                    };
                }
                else
                {
                    vectors[i - decayLength] = Update(vectors[i - decayLength], gradients[i], first, second, i, 1, scale, factors);
                }
            }
        }

        static Float4 Update(
            Float4 parameter, Float4 gradient, ArrayView<Float4> first, ArrayView<Float4> second, long i, float keep, float scale,
            AdamWFactors factors)
        {
            Float4 m = first[i], v = second[i];
            MomentsOnDevice.UpdateOne(ref parameter.X, gradient.X * scale, ref m.X, ref v.X, keep, factors);
            MomentsOnDevice.UpdateOne(ref parameter.Y, gradient.Y * scale, ref m.Y, ref v.Y, keep, factors);
            MomentsOnDevice.UpdateOne(ref parameter.Z, gradient.Z * scale, ref m.Z, ref v.Z, keep, factors);
            MomentsOnDevice.UpdateOne(ref parameter.W, gradient.W * scale, ref m.W, ref v.W, keep, factors);
            first[i] = m;
            second[i] = v;
            return parameter;
        }

        static UInt2 Pack(Float4 values) => new()
        {
            X = Numbers.PackBFloat16(values.X, values.Y), Y = Numbers.PackBFloat16(values.Z, values.W),
        };

        static Float4 Unpack(UInt2 pairs) => Float8.Four(
            Numbers.LowBFloat16(pairs.X), Numbers.HighBFloat16(pairs.X), Numbers.LowBFloat16(pairs.Y), Numbers.HighBFloat16(pairs.Y));

        static uint RoundAtRandom(float value, uint random) => (Interop.FloatAsInt(value) + (random & 0xFFFF)) >> 16;

        /// <summary>
        /// The finalizer of SplitMix64 (Steele, Lea, Flood, 2014): every bit of the counter reaches every bit of the result.
        /// </summary>
        static ulong Mix(ulong z)
        {
            z += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
