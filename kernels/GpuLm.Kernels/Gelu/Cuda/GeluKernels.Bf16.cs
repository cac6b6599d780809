using GpuLm.Kernels.Cuda;
using GpuLm.Kernels.Cuda.Intrinsics;
using GpuLm.Kernels.Cuda.Rows;
using ILGPU;

namespace GpuLm.Kernels.Gelu;

/// <content>The kernels of NVIDIA GPUs.</content>
public static partial class GeluKernels
{
    /// <summary>
    /// The tanh form in bf16, arithmetic in fp32: x s with s = 1 / (1 + e^-2u), which keeps its digits where 1 + tanh u would cancel. A
    /// thread owns eight neighbouring elements: one load of 16 bytes an array, one store. An exponential that overflows gives s = 0, as it
    /// must.
    /// </summary>
    public static class EightPerThread
    {
        const float MinusLog2E = -1.44269504f;

        /// <summary>y = gelu(x); <paramref name="vectors"/> counts in eights.</summary>
        [LaunchBounds(VectorAccess.GroupSize)]
        public static void Tanh(ArrayView<UInt4> x, long vectors, ArrayView<UInt4> y)
        {
            long i = VectorAccess.Item;
            if (i < vectors)
            {
                var input = Float8.Unpack(x[i]);
                y[i] = (input * Gate(input, input * input)).Pack();
            }
        }

        /// <summary>dX = dY (s + s (1 - s) x 2u'); <paramref name="vectors"/> counts in eights.</summary>
        [LaunchBounds(VectorAccess.GroupSize)]
        public static void TanhBackward(ArrayView<UInt4> dY, ArrayView<UInt4> x, long vectors, ArrayView<UInt4> dX)
        {
            long i = VectorAccess.Item;
            if (i < vectors)
            {
                Float8 above = Float8.Unpack(dY[i]), input = Float8.Unpack(x[i]), square = input * input, gate = Gate(input, square);
                var slope = input * (square * SimdGelu.SixRootCubic + Float8.All(SimdGelu.TwoRoot));
                dX[i] = (above * (gate + gate * (Float8.All(1) + gate * -1f) * slope)).Pack();
            }
        }

        static Float8 Gate(Float8 x, Float8 square)
        {
            var exponent = x * (square * (SimdGelu.TwoRootCubic * MinusLog2E) + Float8.All(SimdGelu.TwoRoot * MinusLog2E));
            return (exponent.Exp2() + Float8.All(1)).Reciprocal();
        }
    }
}
