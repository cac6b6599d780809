namespace GpuLm.Tests.Fuzzing;

/// <summary>All readers of files from outside. A file that adds some adds its list here.</summary>
static class FuzzTargets
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        .. ModelTargets.All, .. TokenizerTargets.All, .. CorpusTargets.All, .. TextTargets.All, .. ConfigTargets.All, .. RecordTargets.All,
    ];

    /// <summary>The bytes of a file that is written where the caller is told.</summary>
    public static byte[] Written(Action<string> write)
    {
        using var folder = new TemporaryFolder();
        write(folder["file"]);
        return File.ReadAllBytes(folder["file"]);
    }
}
