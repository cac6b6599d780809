using Microsoft.Extensions.FileSystemGlobbing;

namespace GpuLm.Data.Reading;

/// <summary>The files that a user's paths stand for.</summary>
internal static class CorpusFiles
{
    /// <summary>
    /// Files as they are; folders as the text files in and below them, or their token shards where they have no text; patterns as the files
    /// that match. What is hidden counts only where it is named. Each file once, by whatever links it is found, and those of a folder or a
    /// pattern in the order of their paths.
    /// </summary>
    /// <exception cref="GpuLmException">A path stands for nothing.</exception>
    public static IReadOnlyList<CorpusFile> Find(IEnumerable<string> paths) =>
        [.. paths.SelectMany(FilesOf).DistinctBy(FileTree.RealPath).Select(CorpusFile.Of)];

    private static IReadOnlyList<string> FilesOf(string path)
    {
        if (File.Exists(path)) return [path];
        if (Directory.Exists(path)) return OfFolder(path);
        return path.Contains('*', StringComparison.Ordinal)
            ? OfPattern(path)
            : throw new GpuLmException(
                $"There is no file or folder '{path}' (looked in {Directory.GetCurrentDirectory()}). Check the path; "
                + "a pattern has a *, as in 'data/**/*.jsonl'.");
    }

    private static List<string> OfFolder(string folder)
    {
        List<string> all = [.. FileTree.Below(folder, hidden: false).Order(StringComparer.Ordinal)];
        var texts = all.FindAll(CorpusFile.IsText);
        if (texts.Count > 0) return texts;
        var shards = all.FindAll(file => file.EndsWith(".bin", StringComparison.OrdinalIgnoreCase));
        return shards.Count > 0
            ? shards
            : throw new GpuLmException(
                $"The folder '{folder}' has no .txt, .jsonl or .parquet file (packed as .gz or .zst or not), and no .bin of tokens. "
                + "Name the files themselves if they end otherwise.");
    }

    private static List<string> OfPattern(string pattern)
    {
        // The matcher wants a folder that exists and a pattern below it.
        string[] parts = pattern.Split('/', '\\');
        int firstWild = Array.FindIndex(parts, part => part.Contains('*', StringComparison.Ordinal));
        string folder = string.Join(Path.DirectorySeparatorChar, parts[..firstWild]);
        if (pattern.StartsWith('/') && folder.Length == 0) folder = "/";
        string[] wild = parts[firstWild..];
        var matcher = new Matcher().AddInclude(string.Join('/', wild));
        string root = folder.Length == 0 ? "." : folder;
        bool hidden = Array.Exists(wild, IsHidden);
        IEnumerable<string> found = !Directory.Exists(root) ? []
            : wild.Contains("**") ? FileTree.Below(root, hidden).Where(file => matcher.Match(Path.GetRelativePath(root, file)).HasMatches)
            : matcher.GetResultsInFullPath(root).Where(
                file => hidden || !Array.Exists(Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar), IsHidden));
        List<string> files = [.. found.Select(file => Shorten(file, root)).Order(StringComparer.Ordinal)];
        return files.Count > 0
            ? files
            : throw new GpuLmException(
                $"No file matches '{pattern}' (looked in {Path.GetFullPath(root)}). In a pattern * stands for a part of a name, "
                + "and ** for any folders.");
    }

    private static bool IsHidden(string name) => name.StartsWith('.');

    private static string Shorten(string file, string root) =>
        Path.IsPathFullyQualified(root) ? Path.GetFullPath(file) : Path.GetRelativePath(Directory.GetCurrentDirectory(), file);
}
