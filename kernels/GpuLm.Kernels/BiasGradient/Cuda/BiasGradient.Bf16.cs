using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda.Intrinsics;
using GpuLm.Kernels.Cuda.Rows;
using ILGPU;
using ILGPU.Runtime;
using static GpuLm.Kernels.Cuda.Rows.VectorAccess;

namespace GpuLm.Kernels.BiasGradient;

/// <content>
/// The gradient from a dY in either format. In bf16 it needs a CUDA device, columns that are a multiple of eight, and a dY at a multiple of
/// 16 bytes; sums and dBias are fp32.
/// </content>
public sealed partial class BiasGradient
{
    /// <summary>Groups for each multiprocessor, and rows that are worth a share of their own.</summary>
    const int GroupsPerMultiprocessor = 8, ShareRows = 32;

    Action<AcceleratorStream, KernelConfig, ArrayView<UInt4>, int, int, int, int, ArrayView<float>>? sumRowSharesBf16;
    Action<AcceleratorStream, KernelConfig, ArrayView<Float4>, int, int, int, ArrayView<float>>? sumPartials;

    /// <summary>dBias = sum_i dY[i]; dY is [rows, columns], dBias [columns].</summary>
    /// <exception cref="ArgumentException">A size is not positive, a view too short, or bf16 is not to be had.</exception>
    public void WriteBiasGradient(Tensor dY, int rows, int columns, ArrayView<float> dBias) => Launch(dY, rows, columns, dBias, 0);

    /// <summary>dBias += sum_i dY[i]; dY is [rows, columns], dBias [columns].</summary>
    /// <exception cref="ArgumentException">A size is not positive, a view too short, or bf16 is not to be had.</exception>
    public void AddBiasGradient(Tensor dY, int rows, int columns, ArrayView<float> dBias) => Launch(dY, rows, columns, dBias, 1);

    void Launch(Tensor dY, int rows, int columns, ArrayView<float> dBias, int accumulate)
    {
        if (dY.Format == NumberFormat.Fp32)
        {
            Launch(dY.AsFp32(), rows, columns, dBias, accumulate);
            return;
        }
        RequireBf16(device);
        RequireEights(columns);
        Guard.Positive(rows);
        Guard.Positive(columns);
        Guard.Holds(dY.AsBf16(), (long)rows * columns);
        Guard.Holds(dBias, columns);
        sumRowSharesBf16 ??= device.Load<Action<AcceleratorStream, KernelConfig, ArrayView<UInt4>, int, int, int, int, ArrayView<float>>>(
            BiasGradientKernels.TilePerGroup.SumRowShares);
        sumPartials ??= device.Load<Action<AcceleratorStream, KernelConfig, ArrayView<Float4>, int, int, int, ArrayView<float>>>(
            BiasGradientKernels.TilePerGroup.SumPartials);

        int tiles = ColumnTile.Tiles(columns);
        int shares = Math.Clamp(device.Workers * GroupsPerMultiprocessor / tiles, 1, Math.Max(1, rows / ShareRows));
        var sums = shares == 1 ? dBias : device.Workspace((long)shares * columns);
        sumRowSharesBf16(
            device.Stream, new(tiles * shares, ColumnTile.GroupSize), Vectors(dY.AsBf16()), rows, columns, shares,
            shares == 1 ? accumulate : 0, sums);
        if (shares > 1) sumPartials(device.Stream, new(tiles, ColumnTile.LargeGroup), Vectors(sums), shares, columns, accumulate, dBias);
    }
}
