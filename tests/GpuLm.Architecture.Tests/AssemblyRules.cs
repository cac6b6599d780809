using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace GpuLm.Architecture.Tests;

/// <summary>Who uses whom, in the compiled assemblies: what came in through another project counts too.</summary>
static class AssemblyRules
{
    static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["GpuLm.Reference"] = [],
        ["GpuLm.Kernels"] = ["ILGPU", "ILGPU.Algorithms"],
        ["GpuLm"] =
        [
            "GpuLm.Kernels", "ILGPU", "ILGPU.Algorithms", "MathNet.Numerics", "Microsoft.Extensions.FileSystemGlobbing", "Parquet",
            "System.IO.Hashing", "ZstdSharp",
        ],
        ["GpuLm.Lab"] = ["GpuLm", "GpuLm.Kernels"],
        ["GpuLm.Bench"] =
        [
            "GpuLm", "GpuLm.Kernels", "ILGPU", "Markdig", "MathNet.Numerics", "Perfolizer", "Pragmastat", "ScottPlot", "SkiaSharp",
        ],
        ["GpuLm.Cli"] =
        [
            "GpuLm", "GpuLm.Bench", "GpuLm.Lab", "GpuLm.Kernels", "Google.Protobuf", "Quickenshtein", "Spectre.Console",
            "Spectre.Console.Ansi", "System.CommandLine",
        ],
    };

    /// <summary>Above the library a device is opened and handed on, and nothing else of the kernels is named.</summary>
    const string DeviceType = "GpuLm.Kernels.Common.ComputeDevice";

    public static IEnumerable<string> Assemblies => Allowed.Keys;

    /// <summary>Every reference that an assembly must not have.</summary>
    public static IEnumerable<string> Violations(
        string assembly, IReadOnlyCollection<string> references, IReadOnlyCollection<string> kernelTypes)
    {
        foreach (string reference in references.Where(reference => !IsFramework(reference)).Except(Allowed[assembly]))
        {
            yield return $"{assembly} must not use {reference}.";
        }
        if (assembly != "GpuLm.Cli" && references.Contains("System.Console"))
        {
            yield return $"{assembly} must not use the console: only the command has one.";
        }
        if (assembly is "GpuLm.Cli" or "GpuLm.Lab")
        {
            foreach (string type in kernelTypes.Where(type => type != DeviceType))
            {
                yield return $"{assembly} must not use {type}: of the kernels it may name {DeviceType} alone.";
            }
        }
    }

    /// <summary>The assemblies that a compiled file refers to, and the types of GpuLm.Kernels that it names.</summary>
    public static (HashSet<string> References, HashSet<string> KernelTypes) Read(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        var metadata = file.GetMetadataReader();
        HashSet<string> references = [], kernelTypes = [];
        foreach (var handle in metadata.AssemblyReferences) references.Add(metadata.GetString(metadata.GetAssemblyReference(handle).Name));
        foreach (var type in metadata.TypeReferences.Select(metadata.GetTypeReference))
        {
            if (type.ResolutionScope.Kind != HandleKind.AssemblyReference) continue;
            var owner = metadata.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope);
            if (metadata.GetString(owner.Name) != "GpuLm.Kernels") continue;
            kernelTypes.Add($"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}");
        }
        return (references, kernelTypes);
    }

    static bool IsFramework(string name) =>
        (name.StartsWith("System", StringComparison.Ordinal) && name != "System.CommandLine")
        || name.StartsWith("Microsoft.Win32", StringComparison.Ordinal) || name is "netstandard" or "mscorlib";
}
