using System.Reflection;
using GpuLm.Kernels.Common;

namespace GpuLm.Kernels.CachedAttention;

/// <summary>
/// Cached attention's catalog entries: Rows is the number of new tokens, Columns is H D with as many key-value heads, Depth is the cached
/// tokens that each attends to.
/// </summary>
static class CachedAttentionCatalog
{
    public static IEnumerable<KernelEntry> Entries =>
    [
        Append("", typeof(CachedAttentionKernels), sizeof(float), KernelTarget.AnyDevice),
        Forward("", typeof(CachedAttentionKernels), sizeof(float), KernelTarget.AnyDevice),
        Append("Bf16", typeof(CachedAttentionKernels.Bf16), sizeof(ushort), KernelTarget.Ampere),
        Forward("Bf16", typeof(CachedAttentionKernels.Bf16), sizeof(ushort), KernelTarget.Ampere),
    ];

    static KernelEntry Append(string format, Type kernels, int bytes, KernelTarget target) => new(
        $"CachedAttention.Append{format}", "CachedAttention", "HeadPerGroup", Kernel(kernels, nameof(Append)), _ => 0,
        s => 4.0 * bytes * s.Elements, target);

    static KernelEntry Forward(string format, Type kernels, int bytes, KernelTarget target) => new(
        $"CachedAttention.Forward{format}", "CachedAttention", "QueryPerGroup", Kernel(kernels, nameof(Forward)),
        s => 4 * s.Elements * s.Depth, s => 2.0 * bytes * s.Elements * (s.Depth + 1.0), target);

    static MethodInfo Kernel(Type kernels, string name) => kernels.GetMethod(name)!;
}
