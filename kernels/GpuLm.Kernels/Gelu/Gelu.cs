using GpuLm.Kernels.Common;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Kernels.Gelu;

/// <summary>
/// The Gaussian error linear unit (Hendrycks and Gimpel, 2016), element by element. GPT-2 uses the tanh form
/// x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))); the exact form is x/2 (1 + erf(x / sqrt(2))). Outputs are overwritten and may be inputs.
/// </summary>
/// <param name="device">The device.</param>
public sealed partial class Gelu(ComputeDevice device)
{
    readonly Action<AcceleratorStream, KernelConfig, ArrayView<float>, long, ArrayView<float>>
        tanh = device.Load<Action<AcceleratorStream, KernelConfig, ArrayView<float>, long, ArrayView<float>>>(GeluKernels.Tanh),
        erf = device.Load<Action<AcceleratorStream, KernelConfig, ArrayView<float>, long, ArrayView<float>>>(GeluKernels.Erf);

    readonly Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, long, ArrayView<float>>
        tanhBackward = device.Load<Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, long, ArrayView<float>>>(
            GeluKernels.TanhBackward),
        erfBackward = device.Load<Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, long, ArrayView<float>>>(
            GeluKernels.ErfBackward);

    /// <summary>y = gelu(x), the tanh form.</summary>
    /// <exception cref="ArgumentException">The count is not positive or a view too short.</exception>
    public void Forward(ArrayView<float> x, long count, ArrayView<float> y)
    {
        Check(x, count, y);
        tanh(device.Stream, device.Elements(count), x, count, y);
    }

    /// <summary>dX = dY gelu'(x), the tanh form.</summary>
    /// <exception cref="ArgumentException">The count is not positive or a view too short.</exception>
    public void Backward(ArrayView<float> dY, ArrayView<float> x, long count, ArrayView<float> dX)
    {
        Check(x, count, dX);
        Guard.Holds(dY, count);
        tanhBackward(device.Stream, device.Elements(count), dY, x, count, dX);
    }

    /// <summary>y = gelu(x), the erf form.</summary>
    /// <exception cref="ArgumentException">The count is not positive or a view too short.</exception>
    public void ForwardErf(ArrayView<float> x, long count, ArrayView<float> y)
    {
        Check(x, count, y);
        erf(device.Stream, device.Elements(count), x, count, y);
    }

    /// <summary>dX = dY gelu'(x), the erf form.</summary>
    /// <exception cref="ArgumentException">The count is not positive or a view too short.</exception>
    public void BackwardErf(ArrayView<float> dY, ArrayView<float> x, long count, ArrayView<float> dX)
    {
        Check(x, count, dX);
        Guard.Holds(dY, count);
        erfBackward(device.Stream, device.Elements(count), dY, x, count, dX);
    }

    static void Check(ArrayView<float> input, long count, ArrayView<float> output)
    {
        Guard.Positive(count);
        Guard.Holds(input, count);
        Guard.Holds(output, count);
    }
}
