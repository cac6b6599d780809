namespace GpuLm.Data.Reading;

/// <summary>Files in folders that symbolic links may tie together.</summary>
internal static class FileTree
{
    /// <summary>
    /// The files in a folder and below it. Symbolic links are followed, and each folder is visited once, under its shortest name without
    /// links where it has one: so a link to a folder above it neither repeats files nor goes on for ever.
    /// </summary>
    /// <param name="folder">Where to begin.</param>
    /// <param name="hidden">Whether hidden files and folders count.</param>
    public static List<string> Below(string folder, bool hidden)
    {
        var options = new EnumerationOptions
        {
            IgnoreInaccessible = false, AttributesToSkip = hidden ? 0 : FileAttributes.Hidden | FileAttributes.System,
        };
        List<string> files = [];
        HashSet<string> visited = [];
        Queue<string> folders = new([folder]), links = [];
        while (folders.TryDequeue(out string? next) || links.TryDequeue(out next))
        {
            if (!visited.Add(RealPath(next))) continue;
            foreach (string path in Directory.EnumerateFileSystemEntries(next, "*", options).Order(StringComparer.Ordinal))
            {
                if (!Directory.Exists(path)) files.Add(path);
                else if (new FileInfo(path).LinkTarget is null) folders.Enqueue(path);
                else links.Enqueue(path);
            }
        }
        return files;
    }

    /// <summary>The full path without symbolic links: equal where two paths name one file.</summary>
    public static string RealPath(string path)
    {
        string full = Path.GetFullPath(path), real = Path.GetPathRoot(full)!;
        foreach (string part in full[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            real = Path.Combine(real, part);
            if (new FileInfo(real).LinkTarget is null) continue;
            if (File.ResolveLinkTarget(real, returnFinalTarget: true) is { } target) real = RealPath(target.FullName);
        }
        return real;
    }
}
