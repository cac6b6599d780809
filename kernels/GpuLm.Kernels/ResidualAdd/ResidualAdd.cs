using GpuLm.Kernels.Common;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Kernels.ResidualAdd;

/// <summary>
/// y = a + b, element by element: a residual connection, or two gradients that meet. Its own gradient is dA = dB = dY, which needs no
/// kernel. Where a norm follows, <c>LayerNorm.ForwardOfSum</c> saves a launch and a pass over memory.
/// </summary>
/// <param name="device">The device.</param>
public sealed partial class ResidualAdd(ComputeDevice device)
{
    readonly Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, long, ArrayView<float>> forward =
        device.Load<Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, long, ArrayView<float>>>(
            ResidualAddKernels.Forward);

    /// <summary>Writes y = a + b; <paramref name="y"/> may be either.</summary>
    /// <exception cref="ArgumentException">The count is not positive or a view too short.</exception>
    public void Forward(ArrayView<float> a, ArrayView<float> b, long count, ArrayView<float> y)
    {
        Guard.Positive(count);
        Guard.Holds(a, count);
        Guard.Holds(b, count);
        Guard.Holds(y, count);
        forward(device.Stream, device.Elements(count), a, b, count, y);
    }
}
