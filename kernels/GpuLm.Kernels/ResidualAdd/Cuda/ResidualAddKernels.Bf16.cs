using GpuLm.Kernels.Cuda;
using GpuLm.Kernels.Cuda.Intrinsics;
using GpuLm.Kernels.Cuda.Rows;
using ILGPU;

namespace GpuLm.Kernels.ResidualAdd;

/// <content>The kernel of NVIDIA GPUs.</content>
public static partial class ResidualAddKernels
{
    /// <summary>In bf16; a thread owns eight neighbouring elements: one access of 16 bytes an array.</summary>
    public static class EightPerThread
    {
        /// <summary>y = a + b, rounded once; <paramref name="vectors"/> counts in eights.</summary>
        [LaunchBounds(VectorAccess.GroupSize)]
        public static void Forward(ArrayView<UInt4> a, ArrayView<UInt4> b, long vectors, ArrayView<UInt4> y)
        {
            long i = VectorAccess.Item;
            if (i < vectors) y[i] = (Float8.Unpack(a[i]) + Float8.Unpack(b[i])).Pack();
        }
    }
}
