using GpuLm.Bench.Results;
using ScottPlot;

namespace GpuLm.Bench.Reports.Pictures;

/// <summary>The time of a training step by kernel family, with each family's floor.</summary>
static class FamiliesPicture
{
    /// <summary>The cases of a result that tell the time of their families.</summary>
    public static IEnumerable<IGrouping<string, ResultRow>> Cases(SuiteResult step) =>
        step.Rows.Where(row => row.Labels.ContainsKey(RowLabels.Family) && row.Samples is not null)
            .GroupBy(RowLabels.CaseOf);

    /// <summary>Draws the families of one case, the largest on top.</summary>
    public static Plot Draw(string title, IEnumerable<ResultRow> families)
    {
        var rows = families.OrderBy(row => row.Samples!.Median).ToList();
        var plot = Style.New($"Where a step's time goes: {title}", "ms of a step", "");
        Add(plot, rows, row => row.Samples!.Median, Style.ColorOf(0), size: 0.8, "measured");
        Add(plot, rows, row => row.FloorSeconds, Style.ColorOf(4), size: 0.35, "floor by the measured ceilings");
        plot.Axes.Left.Name(rows.Select(row => row.Label(RowLabels.Family)));
        plot.Axes.Margins(left: 0);
        plot.HideGrid();
        plot.ShowLegend(Alignment.LowerRight);
        return plot;
    }

    static void Add(Plot plot, List<ResultRow> rows, Func<ResultRow, double> seconds, Color color, double size, string name)
    {
        var bars = plot.Add.BarsOf(rows.Select(row => 1e3 * seconds(row)), color, size);
        bars.Horizontal = true;
        bars.LegendText = name;
    }
}
