using GpuLm.Kernels.Attention.Cuda;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda.Intrinsics;

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
        .. Forward<ForwardHead64, Sum64, Sum64>(), .. Forward<ForwardHead128, Sum32, Sum128>(),
    ];

    static IEnumerable<KernelEntry> Forward<TShape, TScores, TOutput>() where TShape : struct, IFlashShape =>
    [
        new($"Attention.{typeof(TShape).Name}", "Attention", "Flash",
            typeof(AttentionKernels.Flash).GetMethod(nameof(AttentionKernels.Flash.Forward))!.MakeGenericMethod(typeof(TShape), typeof(TScores), typeof(TOutput)),
            s => Pairs(s) * (4.0 * s.Columns + 4), s => 8 * s.Elements + sizeof(float) * (double)s.Rows * s.Batch, KernelTarget.Ampere),
    ];

    static double Pairs(KernelSizes sizes) => 0.5 * sizes.Rows * (sizes.Rows + 1.0) * sizes.Batch;
}
