using System.Globalization;
using GpuLm.Bench.Results;
using GpuLm.Bench.Scaling;
using GpuLm.Bench.Scaling.Fits;
using ScottPlot;

namespace GpuLm.Bench.Reports.Pictures;

/// <summary>Throughput over a setting: batch, context, model size, precision, device.</summary>
static class ThroughputPicture
{
    /// <summary>Draws a sweep: on log axes where its settings are numbers, else as bars.</summary>
    public static Plot Draw(string sweep, IReadOnlyList<ResultRow> rows) =>
        rows.All(row => Number(row) > 0) && rows.Select(Number).Distinct().Count() > 1 ? Curve(sweep, rows) : Bars(sweep, rows);

    /// <summary>The number of a setting; NaN where it is none.</summary>
    public static double Number(ResultRow row) =>
        double.TryParse(row.Label(RowLabels.Setting).Split(' ')[0], CultureInfo.InvariantCulture, out double number) ? number : double.NaN;

    static double Speed(ResultRow row) => row.Tokens / row.Samples!.Median;

    static Plot Curve(string sweep, IReadOnlyList<ResultRow> rows)
    {
        var plot = Style.New($"Throughput over {sweep}", sweep, "tokens/s");
        var ordered = rows.OrderBy(Number).ToList();
        var line = plot.Add.Connected(ordered.Select(row => LogAxis.Point(Number(row), Speed(row))), Style.ColorOf(0));
        (line.MarkerSize, line.LegendText) = (8, "measured");
        var bound = ordered.Where(row => row.FloorSeconds > 0).ToList();
        if (bound.Count > 1)
        {
            var floor = plot.Add.Curve(bound.Select(row => LogAxis.Point(Number(row), row.Tokens / row.FloorSeconds)), Style.Faint);
            floor.LegendText = "at the measured ceilings";
        }
        bool inTurns = ordered.Select(row => row.Seconds.Count).Distinct().Count() == 1;
        if (sweep == ScalingSettings.Batch && inTurns) AddLaw(plot, ordered);
        LogAxis.SetTo(plot.Axes.Bottom, [.. ordered.Select(Number)]);
        LogAxis.Set(plot.Axes.Left, [.. ordered.Select(Speed), .. bound.Select(row => row.Tokens / row.FloorSeconds)]);
        plot.ShowLegend(Alignment.LowerRight);
        return plot;
    }

    /// <summary>The law of a fixed cost and a cost for each sequence; its uncertainty is told beside the picture.</summary>
    static void AddLaw(Plot plot, List<ResultRow> batches)
    {
        if (SaturationFit.Of([.. batches.Select(Number)], [.. batches.Select(row => row.Samples!)], resamples: 2) is not { } law) return;
        double tokens = batches[0].Tokens / Number(batches[0]);
        double first = LogAxis.At(Number(batches[0])), last = LogAxis.At(Number(batches[^1]));
        var points = Enumerable.Range(0, 101).Select(i => Math.Pow(10, first + (last - first) * i / 100)).Select(batch => LogAxis.Point(
            batch, batch * tokens / (law.FixedSeconds.Value + batch / law.Rate.Value)));
        plot.Add.Curve(points, Style.ColorOf(1)).LegendText = "fixed cost and a cost for each sequence, fitted";
    }

    static Plot Bars(string sweep, IReadOnlyList<ResultRow> rows)
    {
        var plot = Style.New($"Throughput by {sweep}", "", "tokens/s");
        plot.Add.BarsOf(rows.Select(Speed), Style.ColorOf(0), size: 0.6);
        plot.Axes.Bottom.Name(rows.Select(row => row.Label(RowLabels.Setting)));
        plot.Axes.Margins(bottom: 0);
        return plot;
    }
}
