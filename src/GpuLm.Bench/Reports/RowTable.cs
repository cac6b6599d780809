using System.Globalization;
using GpuLm.Bench.Results;

namespace GpuLm.Bench.Reports;

/// <summary>Rows of one kind as a table: their labels, then their times, speeds and shares of the ceilings.</summary>
static class RowTable
{
    /// <summary>A column of figures.</summary>
    sealed record Column(string Heading, Func<ResultRow, bool> Has, Func<ResultRow, string> Text);

    static readonly Column[] Columns =
    [
        new(">median", row => row.Samples is not null, row => Numbers.Time(row.Samples!.Median)),
        new(">spread", row => row.Samples is not null, row => Numbers.Percent(row.Samples!.Spread)),
        new(">speed", row => row is { Samples: not null, Flops: > 0 }, row => Numbers.Scaled(row.Flops / row.Samples!.Median, "FLOP/s")),
        new(">traffic", row => row is { Samples: not null, Bytes: > 0 }, row => Numbers.Scaled(row.Bytes / row.Samples!.Median, "B/s")),
        new(">tokens/s", row => row is { Samples: not null, Tokens: > 0 }, row => Numbers.Scaled(row.Tokens / row.Samples!.Median, "")),
        new(">floor", row => row.FloorSeconds > 0, row => Numbers.Time(row.FloorSeconds)),
        new(">of ceiling", row => double.IsFinite(row.ShareOfCeiling), row => Numbers.Percent(row.ShareOfCeiling)),
        new("bound by", row => row.Bound != Bound.Unknown, row => row.Bound.ToString().ToLowerInvariant()),
        new(">launches", row => row.Launches > 0, row => row.Launches.ToString(CultureInfo.InvariantCulture)),
        new(">machine", row => row.MachineSpeed > 0, row => Numbers.Percent(row.MachineSpeed)),
    ];

    /// <summary>Labels that the heading above a table tells.</summary>
    static readonly string[] InHeading = [RowLabels.Operation, RowLabels.Sweep];

    /// <summary>Figures that the columns tell already.</summary>
    static readonly string[] InColumns = ["tokens/s", "model FLOP/s"];

    /// <summary>Makes the table; columns that no row fills are left out.</summary>
    public static CellTable Of(IReadOnlyList<ResultRow> rows)
    {
        string[] labels =
        [
            .. rows.SelectMany(row => row.Labels.Keys).Distinct().Except(InHeading)
                .Where(label => rows.Any(row => row.Label(label).Length > 0)),
        ];
        Column[] used = [.. Columns.Where(column => rows.Any(column.Has))];
        string[] figures = [.. rows.SelectMany(row => row.Figures.Keys).Distinct().Except(InColumns)];
        bool remarks = rows.Any(row => row.Reason is not null);
        string[] headings =
        [
            .. labels, .. used.Select(column => column.Heading), .. figures.Select(name => ">" + Numbers.Figure(name, 0).Name),
            .. remarks ? (string[])["remark"] : [],
        ];
        return new CellTable(headings, [.. rows.Select(Cells)]);

        IReadOnlyList<Cell> Cells(ResultRow row) =>
        [
            .. labels.Select(label => new Cell(row.Label(label), Strong: row.Refused)),
            .. used.Select(column => new Cell(column.Has(row) ? column.Text(row) : "")),
            .. figures.Select(name => new Cell(row.Figures.TryGetValue(name, out double value) ? Numbers.Figure(name, value).Text : "")),
            .. remarks ? (Cell[])[Remark(row)] : [],
        ];
    }

    static Cell Remark(ResultRow row) => row switch
    {
        { Refused: true } => new Cell($"refused: {row.Reason}", Strong: true),
        { Reason: { } reason } => reason,
        _ => "",
    };
}
