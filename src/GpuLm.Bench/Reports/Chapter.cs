using GpuLm.Bench.Reports.Pictures;
using GpuLm.Bench.Results;

namespace GpuLm.Bench.Reports;

/// <summary>A suite's result as a chapter of a report.</summary>
static class Chapter
{
    /// <summary>The chapter, from its title to the sections that the suite wrote.</summary>
    public static IReadOnlyList<Block> Of(SuiteResult result) =>
    [
        new Heading(1, TitleOf(result)),
        .. EnvironmentBlocks.Of(result.Environment),
        .. Refusals(result),
        .. SuitePictures.Of(result).Select(picture => new Illustration(picture)),
        .. result.Sections.SelectMany(Section),
        new Heading(2, "All measurements"),
        .. Groups(result).SelectMany(group => (Block[])[new Heading(3, group.Title), new Grid(RowTable.Of(group.Rows))]),
        new Prose(
            "Median and spread (distance of the quartiles over the median) of all rounds. *Of ceiling* is the floor, the least time by the "
            + "measured ceilings, over the median. *Machine* is the device's speed beside the row, as a share of its measured peak: well "
            + "below 100 % something else was running."),
    ];

    /// <summary>What a suite is called.</summary>
    public static string TitleOf(SuiteResult result) => result.Suite switch
    {
        "kernels" => "Kernels",
        "step" => "Training step",
        "scaling" => "Scaling",
        "peers" => "Peers",
        _ => result.Suite,
    } + " on " + result.Environment.Device.Name;

    static IEnumerable<Block> Refusals(SuiteResult result)
    {
        var refused = result.Rows.Where(row => row.Refused).ToList();
        if (refused.Count == 0) yield break;
        string what = refused.Count == 1 ? "One result was wrong, and its row" : $"{refused.Count} results were wrong, and their rows";
        yield return new Prose($"**{what} refused:**\n\n" + string.Join(
            '\n', refused.Select(row => $"- **{MarkdownWriter.Escape($"{row.Name}: {row.Reason}")}**")));
    }

    /// <summary>A section with its heading, its text and its table.</summary>
    public static IEnumerable<Block> Section(Section section)
    {
        yield return new Heading(2, section.Title);
        if (section.Text.Length > 0) yield return new Prose(section.Text);
        if (section.Table is { } table) yield return new Grid(CellTable.Of(table));
    }

    static IEnumerable<(string Title, IReadOnlyList<ResultRow> Rows)> Groups(SuiteResult result) =>
        result.Rows.GroupBy(row => (Title: TitleOf(result.Suite, row), Columns: string.Join('|', row.Labels.Keys)))
            .Select(group => (group.Key.Title, (IReadOnlyList<ResultRow>)[.. group]));

    static string TitleOf(string suite, ResultRow row) => suite switch
    {
        "kernels" => RowLabels.OperationOf(row),
        "step" when row.Labels.ContainsKey(RowLabels.Family) => $"Kernel families of {RowLabels.CaseOf(row)}",
        "step" => "Whole steps",
        "scaling" when row.Label(RowLabels.Sweep) is [_, ..] sweep => $"Sweep: {sweep}",
        "peers" when row.Label(RowLabels.What) is [_, ..] what => what,
        _ => "Rows",
    };
}
