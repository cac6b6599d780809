using GpuLm.Bench.Results;

namespace GpuLm.Bench.Reports;

/// <summary>A cell of a table.</summary>
/// <param name="Text">Plain text.</param>
/// <param name="Strong">Whether it must not be overlooked.</param>
sealed record Cell(string Text, bool Strong = false)
{
    public static implicit operator Cell(string text) => new(text);
}

/// <summary>A table of a report.</summary>
/// <param name="Columns">Headings; one that begins with <c>&gt;</c> has its cells on the right.</param>
/// <param name="Rows">Cells, as many in each row as there are columns.</param>
sealed record CellTable(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<Cell>> Rows)
{
    public static CellTable Of(TextTable table) =>
        new(table.Columns, [.. table.Rows.Select(row => (IReadOnlyList<Cell>)[.. row.Select(text => new Cell(text))])]);
}
