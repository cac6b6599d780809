using System.Reflection;

namespace GpuLm.Kernels.Common;

/// <summary>The sizes that a kernel's work depends on; each entry says in its operation's terms what they mean.</summary>
/// <param name="Rows">Rows of the result (M of a matmul, tokens of a row-wise operation, elements where there are no rows).</param>
/// <param name="Columns">Columns of the result (N, channels).</param>
/// <param name="Depth">Terms in each sum (K of a matmul).</param>
/// <param name="Batch">Independent problems of that size.</param>
public sealed record KernelSizes(int Rows, int Columns, int Depth = 1, int Batch = 1)
{
    /// <summary>Rows times columns times batch, as a double.</summary>
    public double Elements => (double)Rows * Columns * Batch;
}

/// <summary>One kernel: an operation and direction in one strategy.</summary>
/// <param name="Name">Unique: <c>LayerNorm.Backward</c>, <c>MatMul.SharedTile</c>.</param>
/// <param name="Operation">The operation, as its folder is called.</param>
/// <param name="Strategy">How the work is laid out: <c>RowPerGroup</c>, <c>ElementPerThread</c>, <c>SharedTile</c> ...</param>
/// <param name="Kernel">The static method that is compiled.</param>
/// <param name="Flops">Floating-point operations; an exponential, a division and a root count as one each.</param>
/// <param name="Bytes">Bytes of memory that must move when every input is read once and every output written once.</param>
/// <param name="Target">Where it runs.</param>
public sealed record KernelEntry(
    string Name, string Operation, string Strategy, MethodInfo Kernel, Func<KernelSizes, double> Flops, Func<KernelSizes, double> Bytes,
    KernelTarget Target = KernelTarget.AnyDevice)
{
    /// <summary>Whether a CUDA device of a compute capability has its instructions.</summary>
    /// <param name="major">First part of the compute capability, 8 or more.</param>
    public bool RunsOn(int major) => Target != KernelTarget.Hopper || major == 9;
}

/// <summary>The devices that have a kernel's instructions.</summary>
public enum KernelTarget
{
    /// <summary>The CPU, OpenCL and CUDA.</summary>
    AnyDevice,

    /// <summary>CUDA from compute capability 8.0 on: bf16, tensor cores, asynchronous copies.</summary>
    Ampere,

    /// <summary>CUDA with compute capability 9.0 alone (sm_90a): wgmma, bulk tensor copies.</summary>
    Hopper,
}

/// <summary>Every kernel of this library by name.</summary>
public static class KernelCatalog
{
    /// <summary>All kernels, operation by operation.</summary>
    public static IReadOnlyList<KernelEntry> All { get; } =
    [
        .. Attention.AttentionCatalog.Entries,
        .. CachedAttention.CachedAttentionCatalog.Entries,
        .. MatMul.MatMulCatalog.Entries,
        .. CrossEntropy.CrossEntropyKernels.Entries,
        .. Reduction.ReductionKernels.Entries,
        .. GradientNorm.GradientNormKernels.Entries,
        .. AdamW.AdamWKernels.Entries,
        .. LayerNorm.LayerNormKernels.Entries,
        .. Probe.ProbeKernels.Entries,
        .. Gelu.GeluKernels.Entries,
        .. BiasGradient.BiasGradientKernels.Entries,
        .. Conversion.ConversionKernels.Entries,
        .. Embedding.EmbeddingKernels.Entries,
        .. ResidualAdd.ResidualAddKernels.Entries,
        .. RmsNorm.RmsNormKernels.Entries,
        .. SwiGlu.SwiGluKernels.Entries,
        .. Rotary.RotaryKernels.Entries,
        .. Softmax.SoftmaxKernels.Entries,
    ];

    /// <summary>The kernel of a name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static KernelEntry Find(string name) =>
        All.FirstOrDefault(entry => entry.Name == name)
            ?? throw new ArgumentException(
                $"There is no kernel '{name}'. Kernels: {string.Join(", ", All.Select(entry => entry.Name))}.", nameof(name));

    /// <summary>The operation that a kernel of this library belongs to: its folder, which its namespace names.</summary>
    public static string OperationOf(MethodInfo kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        string library = typeof(KernelCatalog).Assembly.GetName().Name!;
        return kernel.DeclaringType!.Namespace![(library.Length + 1)..].Split('.')[0];
    }
}
