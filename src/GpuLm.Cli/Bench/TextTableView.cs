using GpuLm.Bench.Results;
using Spectre.Console;

namespace GpuLm.Cli.Bench;

/// <summary>Shows a table of texts in the terminal.</summary>
static class TextTableView
{
    public static void Write(this Terminal terminal, TextTable texts)
    {
        var table = new Table().RoundedBorder();
        foreach (string column in texts.Columns)
        {
            var shown = new TableColumn(new Text(column.TrimStart('>')));
            table.AddColumn(column.StartsWith('>') ? shown.RightAligned() : shown);
        }
        foreach (var row in texts.Rows) table.AddRow(row.Select(cell => new Text(cell)));
        terminal.Rich().Write(table);
    }
}
