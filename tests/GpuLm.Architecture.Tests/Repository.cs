namespace GpuLm.Architecture.Tests;

/// <summary>The files of this repository.</summary>
static class Repository
{
    static readonly string[] Parts = ["src", "kernels", "benchmarks", "tests"];

    /// <summary>The folder that holds GpuLm.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The contents of a file, by its path from the root.</summary>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>Paths from the root, with slashes, of all files with an extension; build outputs are left out.</summary>
    public static IEnumerable<string> Files(string extension) =>
        from part in Parts
        from file in Directory.EnumerateFiles(Path.Combine(Root, part), "*" + extension, SearchOption.AllDirectories)
        let path = Path.GetRelativePath(Root, file).Replace('\\', '/')
        where !path.Split('/').Any(folder => folder is "bin" or "obj" or "BenchmarkDotNet.Artifacts")
        orderby path
        select path;

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "GpuLm.sln"))) return folder.FullName;
        }
        throw new DirectoryNotFoundException($"GpuLm.sln is in no folder above {AppContext.BaseDirectory}; run the tests from a checkout.");
    }
}
