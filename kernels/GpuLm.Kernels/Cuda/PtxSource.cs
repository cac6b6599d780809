using System.Reflection;
using System.Text.RegularExpressions;
using ILGPU.Backends;
using ILGPU.Backends.PTX;

namespace GpuLm.Kernels.Cuda;

/// <summary>Mends the PTX that ILGPU 1.5.3 writes, between compiling and loading.</summary>
public static partial class PtxSource
{
    static readonly FieldInfo Assembly =
        typeof(PTXCompiledKernel).GetField("<PTXAssembly>k__BackingField", BindingFlags.Instance | BindingFlags.NonPublic)!;

    /// <summary>Mends a compiled kernel in place; a kernel of another back end is left as it is.</summary>
    public static void Repair(CompiledKernel kernel)
    {
        if (kernel is PTXCompiledKernel compiled) Assembly.SetValue(compiled, Repair(compiled.PTXAssembly));
    }

    /// <summary>
    /// At O2 ILGPU marks branches on values that differ between threads as uniform (<c>bra.uni</c>), and ptxas then drops a needed
    /// re-convergence; a plain <c>bra</c> is always right.
    /// </summary>
    public static string Repair(string ptx) => PredicatedUniformBranch().Replace(ptx, "$1bra");

    [GeneratedRegex(@"(@!?%p\d+\s+)bra\.uni")]
    private static partial Regex PredicatedUniformBranch();
}
