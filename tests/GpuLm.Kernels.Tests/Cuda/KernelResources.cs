using System.Globalization;
using System.Text;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Kernels.Tests.Cuda;

/// <summary>What ptxas makes of a kernel for each target: registers of a thread, shared memory of a group, spills.</summary>
/// <param name="Name">The kernel, as the catalog calls it.</param>
/// <param name="ByTarget">Each target's numbers.</param>
sealed record KernelResources(string Name, IReadOnlyList<KernelResources.Target> ByTarget)
{
    /// <summary>The assembler that the committed table was made with.</summary>
    public const string PtxasVersion = "12.4";

    const string File = "registers.md";

    static readonly (int Major, int Minor, string Name)[] Targets = [(8, 0, "sm_80"), (8, 9, "sm_89"), (9, 0, "sm_90a")];

    /// <summary>One target's numbers.</summary>
    public sealed record Target(string Name, int Registers, int SharedBytes, int SpilledBytes);

    /// <summary>The kernel's line in the table.</summary>
    public string Line => string.Create(CultureInfo.InvariantCulture, $"| {Name} | {string.Join(" | ", Targets.Select(Cell))} |");

    /// <summary>Compiles and assembles a kernel for every target that has its instructions.</summary>
    public static KernelResources Measure(KernelEntry entry) =>
        new(entry.Name, [.. Targets.Where(target => entry.RunsOn(target.Major)).Select(target => Assemble(entry, target))]);

    /// <summary>The committed table, line by line.</summary>
    public static Dictionary<string, string> Table() =>
        System.IO.File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Cuda", File))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && line.Contains('.', StringComparison.Ordinal))
            .ToDictionary(line => line.Split('|')[1].Trim());

    /// <summary>Writes the table into the source folder.</summary>
    public static void Write(IEnumerable<KernelEntry> entries)
    {
        var text = new StringBuilder()
            .AppendLine("# Registers and shared memory").AppendLine()
            .AppendLine(
                "What ptxas " + PtxasVersion
                    + " makes of every kernel: registers of a thread, static shared memory of a group in bytes. No kernel spills.")
            .AppendLine(
                "A test compares; after a change write it anew with `GPULM_WRITE_TABLES=1` and the test `Write_the_table`.").AppendLine()
            .AppendLine("| kernel | " + string.Join(" | ", Targets.Select(target => target.Name)) + " |")
            .AppendLine("|---|" + string.Concat(Targets.Select(_ => "---:|")));
        foreach (var entry in entries.OrderBy(entry => entry.Name, StringComparer.Ordinal)) text.AppendLine(Measure(entry).Line);
        System.IO.File.WriteAllText(Path.Combine(SourceFolder(), File), text.ToString());
    }

    string Cell((int Major, int Minor, string Name) target) =>
        ByTarget.FirstOrDefault(measured => measured.Name == target.Name) is { } found ? $"{found.Registers}, {found.SharedBytes}" : "";

    static Target Assemble(KernelEntry entry, (int Major, int Minor, string Name) target)
    {
        string ptx = CudaCompiler.Compile(entry.Kernel, target.Major, target.Minor);
        Assert.Contains($".target sm_{target.Major}{target.Minor}", ptx, StringComparison.Ordinal);
        var result = Ptxas.Assemble(ptx, target.Name);
        Assert.True(result.Accepted, $"ptxas refuses {entry.Name} for {target.Name}: {result.Log}");
        Assert.Empty(result.LostPerformance);
        return new Target(target.Name, result.Registers, result.SharedBytes, result.SpilledBytes);
    }

    static string SourceFolder([System.Runtime.CompilerServices.CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
