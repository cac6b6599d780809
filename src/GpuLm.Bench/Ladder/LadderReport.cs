using GpuLm.Bench.Reports;
using GpuLm.Bench.Reports.Pictures;
using GpuLm.Bench.Results;

namespace GpuLm.Bench.Ladder;

/// <summary>Writes the hardware ladder: what was measured on each device, what vendors publish, and how that grew.</summary>
public static class LadderReport
{
    /// <summary>The page's name.</summary>
    public const string Page = "ladder.html";

    /// <summary>Writes <c>ladder.md</c>, its pictures and <see cref="Page"/> into a folder, which is created.</summary>
    /// <returns>The paths that were written.</returns>
    public static IReadOnlyList<string> Write(string folder, HardwareLadder ladder, AcceleratorTable table)
    {
        Directory.CreateDirectory(folder);
        var blocks = Blocks(ladder, table).ToList();
        return
        [
            ReportFolder.WriteText(folder, "ladder.md", MarkdownWriter.Write(blocks)),
            .. blocks.OfType<Illustration>().SelectMany(block => ReportFolder.Write(folder, block.Picture)),
            ReportFolder.WriteText(folder, Page, HtmlWriter.Write("GpuLm's hardware ladder", blocks)),
        ];
    }

    /// <summary>Writes one picture, as PNG or SVG by the path's extension.</summary>
    /// <exception cref="GpuLmException">The extension is another one.</exception>
    public static void WriteProjection(string path, Projection projection)
    {
        ArgumentNullException.ThrowIfNull(projection);
        var picture = new Picture("projection", "", ProjectionPicture.Draw(projection)) { Height = 120 + 24 * projection.Runs.Count };
        switch (Path.GetExtension(path).ToLowerInvariant())
        {
            case ".png":
                File.WriteAllBytes(path, picture.Png());
                break;
            case ".svg":
                File.WriteAllText(path, picture.Svg());
                break;
            default:
                throw new GpuLmException($"A picture is written as .png or .svg; '{path}' ends otherwise.");
        }
    }

    static IEnumerable<Block> Blocks(HardwareLadder ladder, AcceleratorTable table)
    {
        yield return new Heading(1, "Hardware ladder");
        yield return new Heading(2, "Measured here");
        if (ladder.Steps.Count == 0) yield return new Prose("No training step has been measured yet.");
        else
        {
            yield return new Prose("The same training step on every device whose results are kept, in its fastest precision there.");
            yield return new Illustration(new Picture(
                "ladder", "Tokens per second of the same training step over what each device can do; everything in it is measured.",
                LadderPicture.OverPeak(ladder), LadderPicture.OverBandwidth(ladder)));
            yield return new Grid(CellTable.Of(LadderTables.Measured(ladder)));
        }
        var published = new PublishedTables(table);
        var trends = Trend.Of(table);
        yield return new Heading(2, "Published by others");
        yield return new Prose(MarkdownWriter.Escape(table.About) + " Nobody here measured these figures.");
        yield return new Illustration(new Picture(
            "trends",
            "Published peaks, bandwidths and peaks for a dollar, GPUs and TPUs by year with exponential fits; nothing in it is measured.",
            TrendPicture.Draw("Published peaks", [.. trends.Where(trend => trend.Unit == "FLOP/s")]),
            TrendPicture.Draw("Published bandwidth", [.. trends.Where(trend => trend.Unit == "B/s")]),
            TrendPicture.Draw("Peak for a dollar", [.. trends.Where(trend => trend.Unit == "FLOP/s/$")])));
        yield return new Grid(CellTable.Of(LadderTables.Trends(trends)));
        yield return new Prose(
            "The fits are least squares on the logarithms over the devices of the table, which is a choice of devices and no sample: the "
            + "intervals tell how well a line fits them, not how well they stand for all devices. Prices are not adjusted for inflation.");
        yield return new Grid(CellTable.Of(published.Figures));
        yield return new Heading(3, "Prices");
        yield return new Grid(CellTable.Of(published.Prices));
        yield return new Heading(3, "Sources");
        yield return new Grid(CellTable.Of(published.Sources));
    }
}
