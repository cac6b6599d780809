using GpuLm.Kernels.Common;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Kernels.BiasGradient;

/// <summary>
/// The gradient of a bias that was added to every row: dBias[j] = sum_i dY[i, j], in an order that depends on sizes and device alone.
/// </summary>
/// <param name="device">The device.</param>
public sealed partial class BiasGradient(ComputeDevice device)
{
    /// <summary>Up to here a second launch costs more than the rows that it would share out.</summary>
    const int FewRows = 64;

    readonly Action<AcceleratorStream, KernelConfig, ArrayView<float>, int, int, int, ArrayView<float>> sumColumns =
        device.Load<Action<AcceleratorStream, KernelConfig, ArrayView<float>, int, int, int, ArrayView<float>>>(
            BiasGradientKernels.SumColumns);

    readonly Action<AcceleratorStream, KernelConfig, ArrayView<float>, int, int, ArrayView<float>> sumRowShares =
        device.Load<Action<AcceleratorStream, KernelConfig, ArrayView<float>, int, int, ArrayView<float>>>(
            BiasGradientKernels.SumRowShares);

    /// <summary>dBias = sum_i dY[i]; dY is [rows, columns], dBias [columns].</summary>
    /// <exception cref="ArgumentException">A size is not positive or a view too short.</exception>
    public void WriteBiasGradient(ArrayView<float> dY, int rows, int columns, ArrayView<float> dBias) =>
        Launch(dY, rows, columns, dBias, 0);

    /// <summary>dBias += sum_i dY[i]; dY is [rows, columns], dBias [columns].</summary>
    /// <exception cref="ArgumentException">A size is not positive or a view too short.</exception>
    public void AddBiasGradient(ArrayView<float> dY, int rows, int columns, ArrayView<float> dBias) => Launch(dY, rows, columns, dBias, 1);

    void Launch(ArrayView<float> dY, int rows, int columns, ArrayView<float> dBias, int accumulate)
    {
        Guard.Positive(rows);
        Guard.Positive(columns);
        Guard.Holds(dY, (long)rows * columns);
        Guard.Holds(dBias, columns);
        if (!device.IsCpu && rows > FewRows)
        {
            var config = device.PartialSums(rows);
            int groups = config.GridDim.X;
            var partials = device.Workspace((long)groups * columns);
            sumRowShares(device.Stream, config, dY, rows, columns, partials);
            (dY, rows) = (partials, groups);
        }
        sumColumns(device.Stream, device.Elements(columns), dY, rows, columns, accumulate, dBias);
    }
}
