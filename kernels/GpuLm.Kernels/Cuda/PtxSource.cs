using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
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
    /// re-convergence; a plain <c>bra</c> is always right. Dynamic shared memory starts at a multiple of 1,024 bytes, which the swizzle of
    /// Hopper's bulk copies needs. Kernels with Hopper's own instructions target <c>sm_90a</c>, which alone has them. Loops move sums that
    /// change in place from a register to itself; while wgmma are under way nothing may touch them, and such moves do nothing anyway.
    /// </summary>
    public static string Repair(string ptx)
    {
        ptx = PredicatedUniformBranch().Replace(ptx.ReplaceLineEndings("\n"), "$1bra");
        ptx = DynamicShared().Replace(ptx, ".extern .shared .align 1024 ");
        ptx = MoveToItself().Replace(ptx, "");
        return HopperOnly().IsMatch(ptx) ? ptx.Replace(".target sm_90\n", ".target sm_90a\n", StringComparison.Ordinal) : ptx;
    }

    /// <summary>The shared memory that a kernel declares.</summary>
    public static SharedMemorySpecification SharedMemory(string ptx) => new(
        StaticShared().Matches(ptx).Sum(match => (int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) + 15) / 16 * 16),
        DynamicShared().IsMatch(ptx));

    [GeneratedRegex(@"(@!?%p\d+\s+)bra\.uni")]
    private static partial Regex PredicatedUniformBranch();

    [GeneratedRegex(@"\.extern \.shared \.align \d+ ")]
    private static partial Regex DynamicShared();

    [GeneratedRegex(@"(?<!\.extern )\.shared \.align \d+ \.b8 \w+\[(\d+)\]")]
    private static partial Regex StaticShared();

    [GeneratedRegex(@"\tmov\.\w+\s+(%\w+), \1;\n")]
    private static partial Regex MoveToItself();

    [GeneratedRegex(@"\b(wgmma|setmaxnreg)\.")]
    private static partial Regex HopperOnly();
}
