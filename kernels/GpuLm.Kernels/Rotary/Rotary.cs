using GpuLm.Kernels.Common;
using ILGPU;
using ILGPU.Runtime;
using Floats = ILGPU.ArrayView<float>;

namespace GpuLm.Kernels.Rotary;

/// <summary>
/// Rotary position embedding (Su et al., "RoFormer", 2021) in the layout of GPT-NeoX and Llama: channel i of a head is paired with channel
/// i + headSize / 2, and the pair is rotated by position times base^(-2i / headSize). Rows are tokens, [B T, stride]; the first
/// heads times headSize elements of each are rotated, so that queries and keys inside a packed [q | k | v] row can be rotated in place.
/// </summary>
/// <param name="device">The device.</param>
public sealed class Rotary(ComputeDevice device)
{
    readonly Action<AcceleratorStream, KernelConfig, Floats, Floats, Floats, int, int, int, int, int, float, Floats> rotate =
        device.Load<Action<AcceleratorStream, KernelConfig, Floats, Floats, Floats, int, int, int, int, int, float, Floats>>(
            RotaryKernels.Rotate);

    /// <summary>
    /// Writes y = x rotated; <paramref name="y"/> may be <paramref name="x"/>. <paramref name="stride"/> is the distance of rows in both.
    /// </summary>
    /// <exception cref="ArgumentException">A size is not positive, the table is too short for the sequence, or a view too
    /// short.</exception>
    public void Forward(Floats x, RotaryTable table, int batch, int sequence, int heads, int stride, Floats y) =>
        Launch(x, table, batch, sequence, heads, stride, 1, y);

    /// <summary>Writes dX = dY rotated back; <paramref name="dX"/> may be <paramref name="dY"/>.</summary>
    /// <exception cref="ArgumentException">A size is not positive, the table is too short for the sequence, or a view too
    /// short.</exception>
    public void Backward(Floats dY, RotaryTable table, int batch, int sequence, int heads, int stride, Floats dX) =>
        Launch(dY, table, batch, sequence, heads, stride, -1, dX);

    void Launch(Floats x, RotaryTable table, int batch, int sequence, int heads, int stride, float direction, Floats y)
    {
        ArgumentNullException.ThrowIfNull(table);
        Guard.Positive(batch);
        Guard.Positive(sequence);
        Guard.Positive(heads);
        int rows = checked(batch * sequence), width = checked(heads * table.HeadSize);
        Guard.Require(sequence <= table.Context, $"The table has {table.Context} positions; the sequence has {sequence}.", nameof(table));
        Guard.Require(
            stride >= width, $"Rows are {stride} elements apart, but {heads} heads of {table.HeadSize} need {width}.", nameof(stride));
        Guard.Holds(x, (long)(rows - 1) * stride + width);
        Guard.Holds(y, (long)(rows - 1) * stride + width);
        rotate(device.Stream, device.Rows(rows), x, table.Cos, table.Sin, rows, sequence, heads, table.HeadSize, stride, direction, y);
    }
}
