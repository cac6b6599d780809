using GpuLm.Kernels.Common;
using GpuLm.Kernels.Primitives;
using ILGPU;
using ILGPU.Runtime;
using Floats = ILGPU.ArrayView<float>;

namespace GpuLm.Kernels.LayerNorm;

/// <summary>
/// Layer norm over the last dimension: y = (x - mean(x)) rstd weight + bias with rstd = 1 / sqrt(var(x) + epsilon) (Ba, Kiros and Hinton,
/// "Layer Normalization", 2016). Matrices are [rows, columns], weight and bias [columns], mean and rstd [rows].
/// </summary>
/// <param name="device">The device; results have the same bits for the same device and input.</param>
public sealed partial class LayerNorm(ComputeDevice device)
{
    readonly Action<AcceleratorStream, KernelConfig, Floats, Floats, Floats, float, int, int, Floats, Floats, Floats> forward =
        device.Load<Action<AcceleratorStream, KernelConfig, Floats, Floats, Floats, float, int, int, Floats, Floats, Floats>>(
            LayerNormKernels.Forward);

    readonly Action<AcceleratorStream, KernelConfig, Floats, Floats, Floats, Floats, float, int, int, Floats, Floats, Floats, Floats>
        forwardOfSum = device.Load<Action<
            AcceleratorStream, KernelConfig, Floats, Floats, Floats, Floats, float, int, int, Floats, Floats, Floats, Floats>>(
            LayerNormKernels.ForwardOfSum);

    readonly Action<AcceleratorStream, KernelConfig, Floats, Floats, Floats, Floats, Floats, Floats, int, int, int, Floats, Floats>
        backward = device.Load<Action<
            AcceleratorStream, KernelConfig, Floats, Floats, Floats, Floats, Floats, Floats, int, int, int, Floats, Floats>>(
            LayerNormKernels.Backward);

    readonly Action<AcceleratorStream, KernelConfig, Floats, int, int, int, Floats, Floats> sumPartials =
        device.Load<Action<AcceleratorStream, KernelConfig, Floats, int, int, int, Floats, Floats>>(LayerNormKernels.SumPartials);

    /// <summary>Writes y, and mean and rstd for the backward pass.</summary>
    /// <exception cref="ArgumentException">A size is not positive or a view too short.</exception>
    public void Forward(
        Floats x, Floats weight, Floats bias, float epsilon, int rows, int columns,
        Floats y, Floats mean, Floats rstd)
    {
        Check(x, weight, rows, columns, mean, rstd);
        Guard.Holds(bias, columns);
        Guard.Holds(y, (long)rows * columns);
        forward(device.Stream, device.Rows(rows), x, weight, bias, epsilon, rows, columns, y, mean, rstd);
    }

    /// <summary>Writes sum = a + b, the new residual stream, and y, mean and rstd of sum. <paramref name="sum"/> may be a or b.</summary>
    /// <exception cref="ArgumentException">A size is not positive or a view too short.</exception>
    public void ForwardOfSum(
        Floats a, Floats b, Floats weight, Floats bias, float epsilon, int rows, int columns,
        Floats sum, Floats y, Floats mean, Floats rstd)
    {
        Check(a, weight, rows, columns, mean, rstd);
        Guard.Holds(b, (long)rows * columns);
        Guard.Holds(bias, columns);
        Guard.Holds(sum, (long)rows * columns);
        Guard.Holds(y, (long)rows * columns);
        forwardOfSum(device.Stream, device.Rows(rows), a, b, weight, bias, epsilon, rows, columns, sum, y, mean, rstd);
    }

    /// <summary>
    /// Overwrites dX; adds to dWeight and dBias where <paramref name="accumulate"/>, else overwrites them. mean and rstd come from the
    /// forward pass. <paramref name="dX"/> may be dY.
    /// </summary>
    /// <exception cref="ArgumentException">A size is not positive or a view too short.</exception>
    public void Backward(
        Floats dY, Floats x, Floats weight, Floats mean, Floats rstd, int rows, int columns,
        Floats dX, Floats dWeight, Floats dBias, bool accumulate) =>
        LaunchBackward(dY, x, weight, mean, rstd, dX, false, rows, columns, dX, dWeight, dBias, accumulate);

    /// <summary>
    /// As <c>Backward</c>, for an x that also goes on as the residual stream: dX = dResidual + the gradient through the norm.
    /// <paramref name="dX"/> may be <paramref name="dResidual"/> or dY.
    /// </summary>
    /// <exception cref="ArgumentException">A size is not positive or a view too short.</exception>
    public void BackwardWithResidual(
        Floats dY, Floats x, Floats weight, Floats mean, Floats rstd, Floats dResidual,
        int rows, int columns, Floats dX, Floats dWeight, Floats dBias, bool accumulate) =>
        LaunchBackward(dY, x, weight, mean, rstd, dResidual, true, rows, columns, dX, dWeight, dBias, accumulate);

    void LaunchBackward(
        Floats dY, Floats x, Floats weight, Floats mean, Floats rstd, Floats dResidual,
        bool hasResidual, int rows, int columns, Floats dX, Floats dWeight, Floats dBias, bool accumulate)
    {
        Check(x, weight, rows, columns, mean, rstd);
        Guard.Holds(dY, (long)rows * columns);
        Guard.Holds(dX, (long)rows * columns);
        Guard.Holds(dResidual, (long)rows * columns);
        Guard.Holds(dWeight, columns);
        Guard.Holds(dBias, columns);
        var config = device.PartialSums(rows);
        int groups = config.GridDim.X;
        var partials = device.Workspace(2L * groups * columns);
        backward(device.Stream, config, dY, x, weight, mean, rstd, dResidual, hasResidual ? 1 : 0, rows, columns, dX, partials);
        if (device.IsCpu)
        {
            // One partial a core: adding them up here takes less time than a launch.
            device.Synchronize();
            Column.Sum(partials, groups, 2 * columns, accumulate ? 1 : 0, dWeight.SubView(0, columns));
            Column.Sum(partials.SubView(columns), groups, 2 * columns, accumulate ? 1 : 0, dBias.SubView(0, columns));
            return;
        }
        sumPartials(device.Stream, device.Elements(columns), partials, groups, columns, accumulate ? 1 : 0, dWeight, dBias);
    }

    static void Check(Floats x, Floats weight, int rows, int columns, Floats mean, Floats rstd)
    {
        Guard.Positive(rows);
        Guard.Positive(columns);
        Guard.Holds(x, (long)rows * columns);
        Guard.Holds(weight, columns);
        Guard.Holds(mean, rows);
        Guard.Holds(rstd, rows);
    }
}
