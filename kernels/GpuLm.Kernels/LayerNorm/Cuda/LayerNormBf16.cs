using GpuLm.Kernels.Common;
using ILGPU;
using ILGPU.Runtime;
using Eights = ILGPU.ArrayView<GpuLm.Kernels.Cuda.Intrinsics.UInt4>;
using Floats = ILGPU.ArrayView<float>;
using Fours = ILGPU.ArrayView<GpuLm.Kernels.Cuda.Intrinsics.Float4>;

namespace GpuLm.Kernels.LayerNorm;

/// <summary>The loaded kernels of <see cref="LayerNormKernels.RowInRegisters"/>.</summary>
/// <param name="device">A CUDA device that has bf16.</param>
sealed class LayerNormBf16(ComputeDevice device)
{
    public Action<AcceleratorStream, KernelConfig, Eights, Fours, Fours, float, int, int, int, Eights, Floats, Floats> Forward { get; } =
        device.Load<Action<AcceleratorStream, KernelConfig, Eights, Fours, Fours, float, int, int, int, Eights, Floats, Floats>>(
            LayerNormKernels.RowInRegisters.Forward);

    public Action<AcceleratorStream, KernelConfig, Eights, Eights, Fours, Fours, float, int, int, int, Eights, Eights, Floats, Floats>
        ForwardOfSum { get; } = device.Load<Action<
            AcceleratorStream, KernelConfig, Eights, Eights, Fours, Fours, float, int, int, int, Eights, Eights, Floats, Floats>>(
            LayerNormKernels.RowInRegisters.ForwardOfSum);

    public Action<AcceleratorStream, KernelConfig, Eights, Eights, Fours, Floats, Floats, Eights, int, int, int, int, Eights, Fours>
        Backward { get; } = device.Load<Action<
            AcceleratorStream, KernelConfig, Eights, Eights, Fours, Floats, Floats, Eights, int, int, int, int, Eights, Fours>>(
            LayerNormKernels.RowInRegisters.Backward);

    public Action<AcceleratorStream, KernelConfig, Fours, int, int, int, Floats, Floats> SumPartials { get; } =
        device.Load<Action<AcceleratorStream, KernelConfig, Fours, int, int, int, Floats, Floats>>(
            LayerNormKernels.RowInRegisters.SumPartials);
}
