using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda.Intrinsics;
using GpuLm.Kernels.Cuda.Rows;
using ILGPU;
using ILGPU.Runtime;
using static GpuLm.Kernels.Cuda.Rows.VectorAccess;

namespace GpuLm.Kernels.ResidualAdd;

/// <content>
/// The sum of tensors of either format. In bf16 it needs a CUDA device, a count that is a multiple of eight, and views at multiples of 16
/// bytes.
/// </content>
public sealed partial class ResidualAdd
{
    Action<AcceleratorStream, KernelConfig, ArrayView<UInt4>, ArrayView<UInt4>, long, ArrayView<UInt4>>? forwardBf16;

    /// <summary>Writes y = a + b; <paramref name="y"/> may be either. All three have one format.</summary>
    /// <exception cref="ArgumentException">The count is not positive, a view too short, or bf16 is not to be had.</exception>
    public void Forward(Tensor a, Tensor b, long count, Tensor y)
    {
        if (a.Format == NumberFormat.Fp32)
        {
            Forward(a.AsFp32(), b.AsFp32(), count, y.AsFp32());
            return;
        }
        RequireBf16(device);
        RequireEights(count);
        Guard.Positive(count);
        Guard.Holds(a.AsBf16(), count);
        Guard.Holds(b.AsBf16(), count);
        Guard.Holds(y.AsBf16(), count);
        forwardBf16 ??= device.Load<Action<AcceleratorStream, KernelConfig, ArrayView<UInt4>, ArrayView<UInt4>, long, ArrayView<UInt4>>>(
            ResidualAddKernels.EightPerThread.Forward);
        forwardBf16(device.Stream, ThreadEach(count / Eight), Vectors(a.AsBf16()), Vectors(b.AsBf16()), count / Eight, Vectors(y.AsBf16()));
    }
}
