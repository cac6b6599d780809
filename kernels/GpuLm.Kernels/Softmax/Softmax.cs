using GpuLm.Kernels.Common;
using ILGPU;
using ILGPU.Runtime;
using Floats = ILGPU.ArrayView<float>;

namespace GpuLm.Kernels.Softmax;

/// <summary>
/// Softmax over the last dimension of [rows, columns], its maximum taken off first. The causal form takes square matrices one below the
/// other, [batch * columns, columns], and lets row i of each see columns 0 to i. A row that is -infinity throughout gives zeros. Outputs
/// are overwritten and may be inputs.
/// </summary>
/// <param name="device">The device.</param>
public sealed class Softmax(ComputeDevice device)
{
    readonly Action<AcceleratorStream, KernelConfig, Floats, int, int, int, Floats> forward =
        device.Load<Action<AcceleratorStream, KernelConfig, Floats, int, int, int, Floats>>(SoftmaxKernels.Forward);

    readonly Action<AcceleratorStream, KernelConfig, Floats, Floats, int, int, int, Floats> backward =
        device.Load<Action<AcceleratorStream, KernelConfig, Floats, Floats, int, int, int, Floats>>(SoftmaxKernels.Backward);

    /// <summary>Writes y = softmax(x) for each row.</summary>
    /// <exception cref="ArgumentException">A size is not positive or a view too short.</exception>
    public void Forward(Floats x, int rows, int columns, Floats y)
    {
        Check(x, rows, columns, y);
        forward(device.Stream, device.Rows(rows), x, rows, columns, 0, y);
    }

    /// <summary>Writes y = softmax(x) for each row over the columns that it sees, and 0 elsewhere, whatever x holds there.</summary>
    /// <exception cref="ArgumentException">A size is not positive, rows is not a multiple of columns, or a view too short.</exception>
    public void ForwardCausal(Floats x, int rows, int columns, Floats y)
    {
        Check(x, rows, columns, y);
        CheckSquare(rows, columns);
        forward(device.Stream, device.Rows(rows), x, rows, columns, 1, y);
    }

    /// <summary>Writes dX = y (dY - sum(y dY)) for each row; y is the forward pass's.</summary>
    /// <exception cref="ArgumentException">A size is not positive or a view too short.</exception>
    public void Backward(Floats dY, Floats y, int rows, int columns, Floats dX)
    {
        Check(y, rows, columns, dX);
        Guard.Holds(dY, (long)rows * columns);
        backward(device.Stream, device.Rows(rows), dY, y, rows, columns, 0, dX);
    }

    /// <summary>As <see cref="Backward"/> for <see cref="ForwardCausal"/>: 0 where a row sees nothing, whatever dY holds there.</summary>
    /// <exception cref="ArgumentException">A size is not positive, rows is not a multiple of columns, or a view too short.</exception>
    public void BackwardCausal(Floats dY, Floats y, int rows, int columns, Floats dX)
    {
        Check(y, rows, columns, dX);
        CheckSquare(rows, columns);
        Guard.Holds(dY, (long)rows * columns);
        backward(device.Stream, device.Rows(rows), dY, y, rows, columns, 1, dX);
    }

    static void Check(Floats input, int rows, int columns, Floats output)
    {
        Guard.Positive(rows);
        Guard.Positive(columns);
        Guard.Holds(input, (long)rows * columns);
        Guard.Holds(output, (long)rows * columns);
    }

    static void CheckSquare(int rows, int columns) =>
        Guard.Require(
            rows % columns == 0, $"Causal softmax takes square matrices; {rows} rows are no multiple of {columns} columns.", nameof(rows));
}
