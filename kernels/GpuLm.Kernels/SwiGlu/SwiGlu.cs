using GpuLm.Kernels.Common;
using ILGPU;
using ILGPU.Runtime;
using Floats = ILGPU.ArrayView<float>;

namespace GpuLm.Kernels.SwiGlu;

/// <summary>
/// The gate of a SwiGLU layer: y = silu(gate) up with silu(x) = x sigmoid(x), element by element (Shazeer, "GLU Variants Improve
/// Transformer", 2020). The two inputs are the layer's two products.
/// </summary>
/// <param name="device">The device.</param>
public sealed class SwiGlu(ComputeDevice device)
{
    readonly Action<AcceleratorStream, KernelConfig, Floats, Floats, long, Floats> forward =
        device.Load<Action<AcceleratorStream, KernelConfig, Floats, Floats, long, Floats>>(SwiGluKernels.Forward);

    readonly Action<AcceleratorStream, KernelConfig, Floats, Floats, Floats, long, Floats, Floats> backward =
        device.Load<Action<AcceleratorStream, KernelConfig, Floats, Floats, Floats, long, Floats, Floats>>(SwiGluKernels.Backward);

    /// <summary>Writes y = silu(gate) up; <paramref name="y"/> may be either input.</summary>
    /// <exception cref="ArgumentException">The count is not positive or a view too short.</exception>
    public void Forward(Floats gate, Floats up, long count, Floats y)
    {
        Check(gate, up, count, y);
        forward(device.Stream, device.Elements(count), gate, up, count, y);
    }

    /// <summary>
    /// Writes dGate = dY up silu'(gate) and dUp = dY silu(gate). <paramref name="dGate"/> may be gate or dY, <paramref name="dUp"/> up.
    /// </summary>
    /// <exception cref="ArgumentException">The count is not positive or a view too short.</exception>
    public void Backward(Floats dY, Floats gate, Floats up, long count, Floats dGate, Floats dUp)
    {
        Check(gate, up, count, dGate);
        Guard.Holds(dY, count);
        Guard.Holds(dUp, count);
        backward(device.Stream, device.Elements(count), dY, gate, up, count, dGate, dUp);
    }

    static void Check(Floats gate, Floats up, long count, Floats output)
    {
        Guard.Positive(count);
        Guard.Holds(gate, count);
        Guard.Holds(up, count);
        Guard.Holds(output, count);
    }
}
