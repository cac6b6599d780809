using System.Globalization;

namespace GpuLm.Checkpoints;

/// <summary>
/// The names in a run's folder: <c>checkpoint-N</c>, whole as soon as it has that name, and the text files <c>latest</c> and <c>best</c>,
/// which hold such a name.
/// </summary>
static class CheckpointNames
{
    public const string Latest = "latest", Best = "best";

    const string Prefix = "checkpoint-";

    /// <summary>The name of a step's checkpoint.</summary>
    public static string Of(int step) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step}");

    /// <summary>The checkpoints of a run by their steps, oldest first.</summary>
    public static IReadOnlyList<(int Step, string Folder)> In(string run) =>
        [.. Directory.EnumerateDirectories(run, Prefix + "*")
            .Select(folder => (Step: StepOf(Path.GetFileName(folder)), Folder: folder))
            .Where(checkpoint => checkpoint.Step >= 0)
            .OrderBy(checkpoint => checkpoint.Step)];

    /// <summary>The folder that a pointer names; nothing where the pointer or the folder is missing.</summary>
    public static string? Follow(string run, string pointer) =>
        Read(run, pointer) is { } name && Path.Combine(run, name) is var folder && Directory.Exists(folder) ? folder : null;

    /// <summary>The name that a pointer holds; nothing where the pointer is missing.</summary>
    /// <remarks>What is no checkpoint's name is not followed: it could lead anywhere.</remarks>
    public static string? Read(string run, string pointer) =>
        Path.Combine(run, pointer) is var path && File.Exists(path) && File.ReadAllText(path).Trim() is var name && StepOf(name) >= 0
            ? name
            : null;

    /// <summary>Lets a pointer name a step's checkpoint.</summary>
    public static void Point(string run, string pointer, int step) => AtomicFile.WriteText(Path.Combine(run, pointer), Of(step) + "\n");

    /// <summary>The step of a checkpoint's name; -1 where it is none.</summary>
    public static int StepOf(string name)
    {
        if (!name.StartsWith(Prefix, StringComparison.Ordinal)) return -1;
        bool isNumber = int.TryParse(name[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int step);
        return isNumber && name == Of(step) ? step : -1;
    }
}
