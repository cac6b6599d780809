using GpuLm.Kernels.Common;

namespace GpuLm.Kernels.Attention;

/// <summary>
/// Attention's catalog entries: Rows is T, Columns is D, Batch is B H, with as many key-value heads. Only the pairs of query and key that
/// the causal mask keeps are counted.
/// </summary>
static class AttentionCatalog
{
    const string Strategy = "TileProducts on a CPU, GroupPerRow on a device";

    public static IEnumerable<KernelEntry> Entries =>
    [
        new("Attention.Forward", "Attention", Strategy, typeof(AttentionKernels).GetMethod(nameof(AttentionKernels.Forward))!,
            s => Pairs(s) * (4.0 * s.Columns + 4), s => sizeof(float) * (4 * s.Elements + (double)s.Rows * s.Batch)),
        new("Attention.Backward", "Attention", Strategy, typeof(AttentionKernels).GetMethod(nameof(AttentionKernels.Backward))!,
            s => Pairs(s) * (10.0 * s.Columns + 4), s => sizeof(float) * (8 * s.Elements + (double)s.Rows * s.Batch)),
    ];

    static double Pairs(KernelSizes sizes) => 0.5 * sizes.Rows * (sizes.Rows + 1.0) * sizes.Batch;
}
