namespace GpuLm.Bench.Results;

/// <summary>All that one run of a suite measured; what its JSON file holds.</summary>
/// <param name="Suite"><c>kernels</c>, <c>step</c>, <c>scaling</c> or <c>peers</c>.</param>
/// <param name="Environment">Where, with what and when.</param>
/// <param name="Rows">What was measured.</param>
/// <param name="Sections">
/// What was made of the rows: fits, comparisons, explanations. Texts and tables only, pictures are drawn from rows.
/// </param>
public sealed record SuiteResult(
    string Suite, RunEnvironment Environment, IReadOnlyList<ResultRow> Rows, IReadOnlyList<Section> Sections);

/// <summary>A titled part of a report.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Text">Markdown; may be empty.</param>
/// <param name="Table">What it shows, if it shows a table.</param>
public sealed record Section(string Title, string Text, TextTable? Table = null);

/// <summary>A table of texts, as it is shown.</summary>
/// <param name="Columns">Headings; one that begins with <c>&gt;</c> (which is not shown) has its cells on the right, for numbers.</param>
/// <param name="Rows">Cells, as many in each row as there are columns.</param>
public sealed record TextTable(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);
