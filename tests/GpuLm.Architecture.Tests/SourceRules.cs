namespace GpuLm.Architecture.Tests;

/// <summary>What source files may say, and how long they may be.</summary>
static class SourceRules
{
    /// <summary>A file longer than this needs a reason, next to its name, in DECISIONS.md.</summary>
    public const int MostLines = 400;

    /// <summary>Half of all files are at most this long.</summary>
    public const int MedianLines = 120;

    /// <summary>No line has more columns.</summary>
    public const int MostColumns = 140;

    static readonly string[] DriverNamespaces =
        ["ILGPU.Runtime.Cuda", "ILGPU.Runtime.OpenCL", "ILGPU.Backends.PTX", "ILGPU.Backends.OpenCL"];
    static readonly string[] DriverFolders =
        ["src/GpuLm/Devices/", "kernels/GpuLm.Kernels/Cuda/", "kernels/GpuLm.Kernels/OpenCL/", "tests/"];

    /// <summary>
    /// Drivers are dealt with in a few folders, and everything else works on any device. An operation's own instructions for CUDA are
    /// written in its folder <c>Cuda</c>.
    /// </summary>
    public static IEnumerable<string> Violations(string path, string source) =>
        DriverFolders.Any(folder => path.StartsWith(folder, StringComparison.Ordinal))
            || (path.StartsWith("kernels/", StringComparison.Ordinal) && path.Contains("/Cuda/", StringComparison.Ordinal))
            ? []
            : DriverNamespaces.Where(name => source.Contains(name, StringComparison.Ordinal))
                .Select(name => $"{path} must not mention {name}.");

    /// <summary>Files that are too long and that DECISIONS.md does not name.</summary>
    public static IEnumerable<string> TooLong(IEnumerable<(string Path, int Lines)> files, string decisions) =>
        files.Where(file => file.Lines > MostLines && !decisions.Contains(Path.GetFileName(file.Path), StringComparison.Ordinal))
            .Select(file => $"{file.Path} has {file.Lines} lines; split it, or give the reason in DECISIONS.md.");

    /// <summary>Lines of a file that are too long.</summary>
    public static IEnumerable<string> TooWide(string path, string source) =>
        source.Split('\n').Index().Where(line => line.Item.Length > MostColumns)
            .Select(line => $"{path}:{line.Index + 1} has {line.Item.Length} columns; wrap it at {MostColumns}.");
}
