using GpuLm.Kernels.Common;

namespace GpuLm.Kernels.MatMul.Cuda;

/// <summary>Catalog entries of the products by wgmma: each layout with one tile, and every other tile. Rows is M, Columns is N, Depth is K.</summary>
static class WgmmaCatalog
{
    static readonly (string Name, bool TransposeA, bool TransposeB)[] Layouts = [("NN", false, false), ("NT", false, true), ("TN", true, false), ("TT", true, true)];

    public static IEnumerable<KernelEntry> Entries =>
        from config in TensorCoreConfigs.All.OfType<WgmmaConfig>()
        from layout in Layouts
        where config.Name == "wgmma-128x256" || layout.Name == "NN"
        select new KernelEntry(
            $"MatMul.WarpGroup.{config.Rows}x{config.Columns}.{layout.Name}", "MatMul", "WarpGroupTile",
            config.Kernel(layout.TransposeA, layout.TransposeB, NumberFormat.Bf16).Method,
            s => 2.0 * s.Rows * s.Columns * s.Depth * s.Batch,
            s => sizeof(ushort) * s.Batch * ((double)s.Rows * s.Depth + (double)s.Depth * s.Columns + (double)s.Rows * s.Columns),
            KernelTarget.Hopper);
}
