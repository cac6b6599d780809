using System.Reflection;
using System.Text.RegularExpressions;
using ILGPU.Backends;
using ILGPU.Backends.OpenCL;

namespace GpuLm.Kernels.OpenCL;

/// <summary>Mends the OpenCL C that ILGPU 1.5.3 writes, between compiling and loading.</summary>
public static partial class OpenCLSource
{
    static readonly FieldInfo Source =
        typeof(CLCompiledKernel).GetField("<Source>k__BackingField", BindingFlags.Instance | BindingFlags.NonPublic)!;

    /// <summary>Mends a compiled kernel in place; a kernel of another back end is left as it is.</summary>
    public static void Repair(CompiledKernel kernel)
    {
        if (kernel is CLCompiledKernel compiled) Source.SetValue(compiled, Repair(compiled.Source));
    }

    /// <summary>
    /// A group barrier must order shared (local) memory too: ILGPU asks for a fence on global memory alone.
    /// </summary>
    public static string Repair(string source) =>
        GroupBarrier().Replace(source, "work_group_barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE)");

    [GeneratedRegex(@"\bwork_group_barrier\s*\(\s*CLK_GLOBAL_MEM_FENCE\s*\)")]
    private static partial Regex GroupBarrier();
}
