using System.Globalization;

namespace GpuLm.Devices.Instruments;

/// <summary>Files in which Linux tells numbers; what is missing, forbidden or no number is null.</summary>
/// <param name="root">Where <c>proc</c> and <c>sys</c> lie.</param>
sealed class HostFiles(string root = "/")
{
    /// <summary>The lines of a file; none where it cannot be read.</summary>
    public IReadOnlyList<string> Lines(string path)
    {
        try
        {
            return File.ReadAllLines(Path.Combine(root, path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The text of a file of one line.</summary>
    public string? Line(string path) => Lines(path) is [var line, ..] ? line.Trim() : null;

    /// <summary>The number that a file holds.</summary>
    public double? Number(string path) => Parse(Line(path));

    /// <summary>The folders in a folder whose names match a pattern, as paths below the root.</summary>
    public IReadOnlyList<string> Folders(string path, string pattern)
    {
        string folder = Path.Combine(root, path);
        return Directory.Exists(folder)
            ? [.. Directory.GetDirectories(folder, pattern).Order(StringComparer.Ordinal)
                .Select(found => Path.GetRelativePath(root, found))]
            : [];
    }

    public static double? Parse(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null;
}
