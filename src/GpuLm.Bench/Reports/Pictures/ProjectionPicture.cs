using GpuLm.Bench.Ladder;
using ScottPlot;

namespace GpuLm.Bench.Reports.Pictures;

/// <summary>
/// Time of a run on each accelerator. All of it is projected, and a mark says from what: from a utilization that was measured on the
/// device, on another one, or nowhere.
/// </summary>
static class ProjectionPicture
{
    /// <summary>Draws the runs, the fastest on top.</summary>
    public static Plot Draw(Projection projection)
    {
        var runs = projection.Runs.OrderByDescending(run => run.Seconds).ToList();
        var plot = Style.New($"Projected time of {Numbers.Power(projection.Flops)} FLOPs on one device", "days", "");
        foreach (var basis in runs.Index().GroupBy(run => run.Item.Utilization.Basis).OrderBy(group => group.Key))
        {
            var marks = plot.Add.Marks(basis.Select(run => (LogAxis.At(Days(run.Item)), (double)run.Index)), Style.ColorOf((int)basis.Key));
            marks.MarkerSize = 9;
            (marks.MarkerShape, marks.LegendText) = basis.Key switch
            {
                UtilizationBasis.Measured => (MarkerShape.FilledDiamond, "projected from a utilization measured on this device"),
                UtilizationBasis.Transferred => (MarkerShape.OpenDiamond, "projected from a utilization measured on another device"),
                _ => (MarkerShape.OpenCircle, "projected from an assumed utilization"),
            };
        }
        plot.Axes.Left.Name(runs.Select(run => run.Accelerator.Name));
        plot.Axes.SetLimitsY(-1, runs.Count);
        LogAxis.Set(plot.Axes.Bottom, runs.Select(Days));
        plot.ShowLegend(Alignment.LowerLeft);
        return plot;
    }

    static double Days(ProjectedRun run) => run.Seconds / 86400;
}
