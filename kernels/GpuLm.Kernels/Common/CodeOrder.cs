using System.Collections.Immutable;
using System.Reflection;
using ILGPU.Backends;
using ILGPU.IR.Transformations;

namespace GpuLm.Kernels.Common;

/// <summary>
/// ILGPU 1.5.3 moves values close to their uses, and so may move a load or an intrinsic behind the barrier that ends a block: its check of
/// what lies between leaves out the last memory operation. Here nothing that touches memory is moved; plain arithmetic still is.
/// </summary>
static class CodeOrder
{
    static readonly PropertyInfo Transformers =
        typeof(Backend).GetProperty("KernelTransformers", BindingFlags.Instance | BindingFlags.NonPublic)!;

    /// <summary>Makes a back end keep the order of memory operations in all that it compiles from now on.</summary>
    public static void Keep(Backend backend)
    {
        var transformers = (ImmutableArray<Transformer>)Transformers.GetValue(backend)!;
        Transformers.SetValue(backend, transformers.Select(Careful).ToImmutableArray());
    }

    static Transformer Careful(Transformer transformer) => Transformer.Create(
        transformer.Configuration,
        [.. transformer.Transformations.Select(step =>
            step is CodePlacement ? new CodePlacement<CodePlacement.GroupOperands>(CodePlacementMode.Default) : step)]);
}
