using GpuLm.Kernels.Attention.Cuda;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda.Intrinsics;

namespace GpuLm.Kernels.Attention;

using Flash = AttentionKernels.Flash;

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
            s => Pairs(s) * (4.0 * s.Columns + 4), s => sizeof(float) * (4 * s.Elements + Queries(s))),
        new("Attention.Backward", "Attention", Strategy, typeof(AttentionKernels).GetMethod(nameof(AttentionKernels.Backward))!,
            s => Pairs(s) * (10.0 * s.Columns + 4), s => sizeof(float) * (8 * s.Elements + Queries(s))),
        .. FlashEntries(64, typeof(ForwardHead64), typeof(Sum64), typeof(Sum64), typeof(BackwardHead64), typeof(Sum32), typeof(Sum64)),
        .. FlashEntries(128, typeof(ForwardHead128), typeof(Sum32), typeof(Sum128), typeof(BackwardHead128), typeof(Sum16), typeof(Sum64)),
    ];

    static IEnumerable<KernelEntry> FlashEntries(
        int headSize, Type forward, Type scores, Type output, Type backward, Type backwardScores, Type gradient)
    {
        KernelEntry Entry(
            string name, string method, Type[] types, Func<KernelSizes, double> flops, Func<KernelSizes, double> bytes) => new(
            $"Attention.{name}Bf16Head{headSize}", "Attention", "Flash", typeof(Flash).GetMethod(method)!.MakeGenericMethod(types), flops,
            bytes, KernelTarget.Ampere);
        yield return Entry(
            "Forward", nameof(Flash.Forward), [forward, scores, output], s => Pairs(s) * (4.0 * s.Columns + 4),
            s => 8 * s.Elements + 4 * Queries(s));
        yield return Entry(
            "PrepareBackward", nameof(Flash.PrepareBackward), [backward], s => 2 * s.Elements, s => 4 * s.Elements + 12 * Queries(s));
        yield return Entry(
            "QueryGradient", nameof(Flash.QueryGradient), [backward, backwardScores, gradient], s => Pairs(s) * (6.0 * s.Columns + 3),
            s => 10 * s.Elements + 8 * Queries(s));
        yield return Entry(
            "KeyValueGradient", nameof(Flash.KeyValueGradient), [backward, backwardScores, gradient], s => Pairs(s) * (8.0 * s.Columns + 3),
            s => 12 * s.Elements + 8 * Queries(s));
    }

    static double Pairs(KernelSizes sizes) => 0.5 * sizes.Rows * (sizes.Rows + 1.0) * sizes.Batch;

    static double Queries(KernelSizes sizes) => (double)sizes.Rows * sizes.Batch;
}
