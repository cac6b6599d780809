using GpuLm.Bench.Reports.Pictures;
using GpuLm.Bench.Results;

namespace GpuLm.Bench.Reports;

/// <summary>Makes a report of the results in a folder: tables, pictures and one page, the same for the same results.</summary>
public static class ReportFolder
{
    /// <summary>The page's name.</summary>
    public const string Page = "report.html";

    /// <summary>
    /// Reads the results <c>SUITE.json</c> of a folder and writes beside them <c>SUITE.md</c>, their pictures as PNG and SVG,
    /// <c>environment.json</c> unless it is there, and <see cref="Page"/>, which needs no other file.
    /// </summary>
    /// <returns>The paths that were written.</returns>
    /// <exception cref="GpuLmException">The folder holds no results, or one cannot be read.</exception>
    public static IReadOnlyList<string> Write(string folder)
    {
        var results = Read(folder);
        var written = new List<string>();
        var page = new List<Block>();
        foreach (var result in results)
        {
            var chapter = Chapter.Of(result);
            page.AddRange(chapter);
            written.Add(WriteText(folder, result.Suite + ".md", MarkdownWriter.Write(chapter)));
            foreach (var picture in chapter.OfType<Illustration>().Select(block => block.Picture)) written.AddRange(Write(folder, picture));
        }
        if (!File.Exists(Path.Combine(folder, EnvironmentFile.Name)))
        {
            EnvironmentFile.Write(folder, results[0].Environment);
            written.Add(Path.Combine(folder, EnvironmentFile.Name));
        }
        written.Add(WriteText(folder, Page, HtmlWriter.Write($"GpuLm on {results[0].Environment.Device.Name}", page)));
        return written;
    }

    /// <summary>Writes a picture as PNG and SVG.</summary>
    internal static IEnumerable<string> Write(string folder, Picture picture)
    {
        string png = Path.Combine(folder, picture.Name + ".png");
        File.WriteAllBytes(png, picture.Png());
        return [png, WriteText(folder, picture.Name + ".svg", picture.Svg())];
    }

    /// <summary>Writes a text.</summary>
    internal static string WriteText(string folder, string name, string text)
    {
        string path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    static List<SuiteResult> Read(string folder)
    {
        var results = SuiteFile.Suites.Select(suite => SuiteFile.PathIn(folder, suite)).Where(File.Exists).Select(SuiteFile.Read).ToList();
        return results.Count > 0
            ? results
            : throw new GpuLmException(
                $"{folder} holds no results: none of {string.Join(", ", SuiteFile.Suites.Select(suite => suite + ".json"))}. "
                + "Name a folder that a benchmark wrote, or run one with --out first.");
    }
}
