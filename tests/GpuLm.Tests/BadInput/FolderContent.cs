using System.Security.Cryptography;
using GpuLm.Cli.Training;

namespace GpuLm.Tests.BadInput;

/// <summary>The files of a folder and what is in them.</summary>
static class FolderContent
{
    const long HashedWhole = 1 << 24;

    /// <summary>Each file's path with its length and hash; of an enormous file and of a link the length
    /// alone. The lock of a run is no content.</summary>
    public static Dictionary<string, string> Of(string folder) =>
        new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Where(file => file.Name != RunLock.FileName)
            .ToDictionary(file => Path.GetRelativePath(folder, file.FullName), file => $"{file.Length} bytes, {Hash(file)}");

    static string Hash(FileInfo file)
    {
        if (file.LinkTarget is not null || file.Length is 0 or > HashedWhole) return "not hashed";
        using var stream = file.OpenRead();
        return Convert.ToHexString(SHA256.HashData(stream));
    }
}
