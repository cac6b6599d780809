using GpuLm.Kernels.Common;

namespace GpuLm.Kernels.MatMul;

/// <summary>The matrix product's catalog entry: Rows is M, Columns is N, Depth is K.</summary>
static class MatMulCatalog
{
    public static IEnumerable<KernelEntry> Entries =>
    [
        new("MatMul.Tile", "MatMul", "PackedPanels on a CPU, SharedTile on a device", typeof(MatMulKernels).GetMethod(nameof(MatMulKernels.Tile))!,
            s => 2.0 * s.Rows * s.Columns * s.Depth * s.Batch,
            s => sizeof(float) * s.Batch * ((double)s.Rows * s.Depth + (double)s.Depth * s.Columns + (double)s.Rows * s.Columns)),
    ];
}
