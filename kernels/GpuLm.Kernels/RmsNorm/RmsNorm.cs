using GpuLm.Kernels.BiasGradient;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Primitives;
using ILGPU;
using ILGPU.Runtime;
using Floats = ILGPU.ArrayView<float>;

namespace GpuLm.Kernels.RmsNorm;

/// <summary>
/// RMS norm over the last dimension: y = x rstd weight with rstd = 1 / sqrt(mean(x^2) + epsilon) (Zhang and Sennrich, "Root Mean Square
/// Layer Normalization", 2019). Matrices are [rows, columns], weight [columns], rstd [rows].
/// </summary>
/// <param name="device">The device; results have the same bits for the same device and input.</param>
public sealed class RmsNorm(ComputeDevice device)
{
    readonly Action<AcceleratorStream, KernelConfig, Floats, Floats, float, int, int, Floats, Floats> forward =
        device.Load<Action<AcceleratorStream, KernelConfig, Floats, Floats, float, int, int, Floats, Floats>>(RmsNormKernels.Forward);

    readonly Action<AcceleratorStream, KernelConfig, Floats, Floats, Floats, float, int, int, Floats, Floats, Floats> forwardOfSum =
        device.Load<Action<AcceleratorStream, KernelConfig, Floats, Floats, Floats, float, int, int, Floats, Floats, Floats>>(
            RmsNormKernels.ForwardOfSum);

    readonly Action<AcceleratorStream, KernelConfig, Floats, Floats, Floats, Floats, Floats, int, int, int, Floats, Floats> backward =
        device.Load<Action<AcceleratorStream, KernelConfig, Floats, Floats, Floats, Floats, Floats, int, int, int, Floats, Floats>>(
            RmsNormKernels.Backward);

    readonly Action<AcceleratorStream, KernelConfig, Floats, int, int, int, Floats> sumPartials =
        device.Load<Action<AcceleratorStream, KernelConfig, Floats, int, int, int, Floats>>(BiasGradientKernels.SumColumns);

    /// <summary>Writes y, and rstd for <see cref="Backward"/>.</summary>
    /// <exception cref="ArgumentException">A size is not positive or a view too short.</exception>
    public void Forward(Floats x, Floats weight, float epsilon, int rows, int columns, Floats y, Floats rstd)
    {
        Check(x, weight, rows, columns, rstd);
        Guard.Holds(y, (long)rows * columns);
        forward(device.Stream, device.Rows(rows), x, weight, epsilon, rows, columns, y, rstd);
    }

    /// <summary>Writes sum = a + b, the new residual stream, and y and rstd of sum. <paramref name="sum"/> may be a or b.</summary>
    /// <exception cref="ArgumentException">A size is not positive or a view too short.</exception>
    public void ForwardOfSum(Floats a, Floats b, Floats weight, float epsilon, int rows, int columns, Floats sum, Floats y, Floats rstd)
    {
        Check(a, weight, rows, columns, rstd);
        Guard.Holds(b, (long)rows * columns);
        Guard.Holds(sum, (long)rows * columns);
        Guard.Holds(y, (long)rows * columns);
        forwardOfSum(device.Stream, device.Rows(rows), a, b, weight, epsilon, rows, columns, sum, y, rstd);
    }

    /// <summary>
    /// Overwrites dX; adds to dWeight where <paramref name="accumulate"/>, else overwrites it. rstd comes from the forward pass.
    /// <paramref name="dX"/> may be dY.
    /// </summary>
    /// <exception cref="ArgumentException">A size is not positive or a view too short.</exception>
    public void Backward(
        Floats dY, Floats x, Floats weight, Floats rstd, int rows, int columns, Floats dX, Floats dWeight, bool accumulate) =>
        LaunchBackward(dY, x, weight, rstd, dX, false, rows, columns, dX, dWeight, accumulate);

    /// <summary>
    /// As <see cref="Backward"/>, for an x that also goes on as the residual stream: dX = dResidual + the gradient through the norm.
    /// <paramref name="dX"/> may be <paramref name="dResidual"/> or dY.
    /// </summary>
    /// <exception cref="ArgumentException">A size is not positive or a view too short.</exception>
    public void BackwardWithResidual(
        Floats dY, Floats x, Floats weight, Floats rstd, Floats dResidual, int rows, int columns, Floats dX, Floats dWeight,
        bool accumulate) =>
        LaunchBackward(dY, x, weight, rstd, dResidual, true, rows, columns, dX, dWeight, accumulate);

    void LaunchBackward(
        Floats dY, Floats x, Floats weight, Floats rstd, Floats dResidual, bool hasResidual, int rows, int columns,
        Floats dX, Floats dWeight, bool accumulate)
    {
        Check(x, weight, rows, columns, rstd);
        Guard.Holds(dY, (long)rows * columns);
        Guard.Holds(dX, (long)rows * columns);
        Guard.Holds(dResidual, (long)rows * columns);
        Guard.Holds(dWeight, columns);
        var config = device.PartialSums(rows);
        int groups = config.GridDim.X;
        var partials = device.Workspace((long)groups * columns);
        backward(device.Stream, config, dY, x, weight, rstd, dResidual, hasResidual ? 1 : 0, rows, columns, dX, partials);
        if (device.IsCpu)
        {
            // One partial a core: adding them up here takes less time than a launch.
            device.Synchronize();
            Column.Sum(partials, groups, columns, accumulate ? 1 : 0, dWeight.SubView(0, columns));
            return;
        }
        sumPartials(device.Stream, device.Elements(columns), partials, groups, columns, accumulate ? 1 : 0, dWeight);
    }

    static void Check(Floats x, Floats weight, int rows, int columns, Floats rstd)
    {
        Guard.Positive(rows);
        Guard.Positive(columns);
        Guard.Holds(x, (long)rows * columns);
        Guard.Holds(weight, columns);
        Guard.Holds(rstd, rows);
    }
}
