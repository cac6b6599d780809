using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda.Intrinsics;
using GpuLm.Kernels.Cuda.Rows;
using ILGPU;
using ILGPU.Runtime;
using static GpuLm.Kernels.Cuda.Rows.VectorAccess;

namespace GpuLm.Kernels.Gelu;

/// <content>
/// The tanh form on tensors of either format. In bf16 it needs a CUDA device, a count that is a multiple of eight, and views at multiples
/// of 16 bytes.
/// </content>
public sealed partial class Gelu
{
    Action<AcceleratorStream, KernelConfig, ArrayView<UInt4>, long, ArrayView<UInt4>>? tanhBf16;
    Action<AcceleratorStream, KernelConfig, ArrayView<UInt4>, ArrayView<UInt4>, long, ArrayView<UInt4>>? tanhBackwardBf16;

    /// <summary>y = gelu(x), the tanh form; x and y have one format.</summary>
    /// <exception cref="ArgumentException">The count is not positive, a view too short, or bf16 is not to be had.</exception>
    public void Forward(Tensor x, long count, Tensor y)
    {
        if (x.Format == NumberFormat.Fp32)
        {
            Forward(x.AsFp32(), count, y.AsFp32());
            return;
        }
        CheckBf16(x, count, y);
        tanhBf16 ??= device.Load<Action<AcceleratorStream, KernelConfig, ArrayView<UInt4>, long, ArrayView<UInt4>>>(
            GeluKernels.EightPerThread.Tanh);
        tanhBf16(device.Stream, ThreadEach(count / Eight), Vectors(x.AsBf16()), count / Eight, Vectors(y.AsBf16()));
    }

    /// <summary>dX = dY gelu'(x), the tanh form; all three have one format.</summary>
    /// <exception cref="ArgumentException">The count is not positive, a view too short, or bf16 is not to be had.</exception>
    public void Backward(Tensor dY, Tensor x, long count, Tensor dX)
    {
        if (x.Format == NumberFormat.Fp32)
        {
            Backward(dY.AsFp32(), x.AsFp32(), count, dX.AsFp32());
            return;
        }
        CheckBf16(x, count, dX);
        Guard.Holds(dY.AsBf16(), count);
        tanhBackwardBf16 ??= device.Load<Action<
            AcceleratorStream, KernelConfig, ArrayView<UInt4>, ArrayView<UInt4>, long, ArrayView<UInt4>>>(
            GeluKernels.EightPerThread.TanhBackward);
        tanhBackwardBf16(
            device.Stream, ThreadEach(count / Eight), Vectors(dY.AsBf16()), Vectors(x.AsBf16()), count / Eight, Vectors(dX.AsBf16()));
    }

    void CheckBf16(Tensor input, long count, Tensor output)
    {
        RequireBf16(device);
        RequireEights(count);
        Guard.Positive(count);
        Guard.Holds(input.AsBf16(), count);
        Guard.Holds(output.AsBf16(), count);
    }
}
