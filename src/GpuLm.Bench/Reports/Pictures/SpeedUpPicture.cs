using GpuLm.Bench.Measuring;
using GpuLm.Bench.Results;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace GpuLm.Bench.Reports.Pictures;

/// <summary>A setting of a sweep with what was measured there.</summary>
/// <param name="Setting">A number of workers, for instance.</param>
/// <param name="Samples">The times.</param>
sealed record SweepPoint(double Setting, Samples Samples);

/// <summary>A curve that was fitted to a sweep.</summary>
/// <param name="Name">Its law.</param>
/// <param name="At">The speed-up at a setting.</param>
sealed record FittedCurve(string Name, Func<double, double> At);

/// <summary>Speed-up over workers: measured, ideal and fitted.</summary>
static class SpeedUpPicture
{
    static readonly string[] Resources = ["workers", "cores", "multiprocessors"];

    /// <summary>The picture of a sweep over workers or the like; null for any other.</summary>
    public static Picture? Of(string sweep, IReadOnlyList<ResultRow> rows)
    {
        if (!Resources.Any(resource => sweep.Contains(resource, StringComparison.OrdinalIgnoreCase))) return null;
        if (rows.Any(row => double.IsNaN(ThroughputPicture.Number(row)))) return null;
        var sweeps = rows.GroupBy(row => row.Others(RowLabels.Sweep, RowLabels.Setting))
            .Where(one => one.Select(row => row.Seconds.Count).Distinct().Count() == 1)
            .Select(one => (one.Key.Length > 0 ? one.Key : "measured", (IReadOnlyList<SweepPoint>)
                [.. one.Select(row => new SweepPoint(ThroughputPicture.Number(row), row.Samples!))]))
            .Where(one => one.Item2.Count > 1).ToList();
        return sweeps.Count == 0
            ? null
            : new Picture(
                $"scaling-{Style.Slug(sweep)}", $"Speed-up over {sweep}: marks are measured, bars show their spread.", Draw(sweep, sweeps, []));
    }

    /// <summary>Draws sweeps over the same settings; each has its least setting for its base.</summary>
    public static Plot Draw(string unit, IReadOnlyList<(string Name, IReadOnlyList<SweepPoint> Points)> sweeps, IReadOnlyList<FittedCurve> curves)
    {
        var plot = Style.New($"Speed-up with {unit}", unit, "speed-up");
        double least = sweeps.Min(sweep => sweep.Points.Min(point => point.Setting));
        double most = sweeps.Max(sweep => sweep.Points.Max(point => point.Setting));
        var ideal = plot.Add.Line(least, 1, most, most / least);
        (ideal.LineColor, ideal.LegendText) = (Style.Faint, "proportional");
        foreach (var (series, (name, points)) in sweeps.Index()) Add(plot, name, points, Style.ColorOf(series));
        foreach (var (series, curve) in curves.Index())
        {
            var x = Enumerable.Range(0, 101).Select(i => least + (most - least) * i / 100);
            var line = plot.Add.Curve(x.Select(at => (at, curve.At(at))), Style.ColorOf(sweeps.Count + series));
            line.LegendText = Style.Clean(curve.Name);
        }
        plot.Axes.Bottom.TickGenerator = new NumericAutomatic { IntegerTicksOnly = true };
        plot.Axes.Left.TickGenerator = new NumericAutomatic { TickDensity = 0.4 };
        plot.Axes.SetLimits(least - 0.05 * (most - least), most * 1.05, 0, most / least * 1.1);
        plot.ShowLegend(Alignment.UpperLeft);
        return plot;
    }

    static void Add(Plot plot, string name, IReadOnlyList<SweepPoint> points, Color color)
    {
        var first = points.MinBy(point => point.Setting)!.Samples;
        double[] x = [.. points.Select(point => point.Setting)];
        double[] y = [.. points.Select(point => point.Samples.SpeedUpOver(first))];
        var marks = plot.Add.ScatterPoints(x, y, color);
        (marks.LegendText, marks.MarkerSize) = (Style.Clean(name), 9);
        // The base's own spread is left out: rounds are compared in turn.
        double[] spread = [.. y.Zip(points, (speedUp, point) => speedUp * point.Samples.Spread / 2)];
        var bars = plot.Add.ErrorBar(x, y, spread);
        bars.Color = color;
    }
}
