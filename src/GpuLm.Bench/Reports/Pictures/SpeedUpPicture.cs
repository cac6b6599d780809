using GpuLm.Bench.Measuring;
using GpuLm.Bench.Results;
using GpuLm.Bench.Scaling;
using GpuLm.Bench.Scaling.Fits;
using MathNet.Numerics.Statistics;
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
    /// <summary>The picture of a sweep over workers; null for any other, and where rounds cannot be compared in turn.</summary>
    public static Picture? Of(string sweep, IReadOnlyList<ResultRow> rows)
    {
        if (sweep != ScalingSettings.Workers || rows.Any(row => double.IsNaN(ThroughputPicture.Number(row)))) return null;
        var sweeps = rows.GroupBy(row => row.Others(RowLabels.Sweep, RowLabels.Setting))
            .Where(one => one.Count() > 1 && one.Select(row => row.Seconds.Count).Distinct().Count() == 1)
            .Select(one => (one.Key.Length > 0 ? one.Key : SweepCall.Step, PointsOf(one))).ToList();
        if (sweeps.Count == 0) return null;
        var step = sweeps.Find(one => one.Item1 == SweepCall.Step).Item2;
        return new Picture(
            $"scaling-{Style.Slug(sweep)}",
            $"Speed-up over {sweep}: marks are measured, bars span half of the rounds, lines are laws fitted to the training step.",
            Draw(sweep, sweeps, step is null ? [] : [.. Laws(step)]));
    }

    static IReadOnlyList<SweepPoint> PointsOf(IEnumerable<ResultRow> rows) =>
        [.. rows.Select(row => new SweepPoint(ThroughputPicture.Number(row), row.Samples!)).OrderBy(point => point.Setting)];

    /// <summary>The laws that the points identify; their uncertainty is told beside the picture.</summary>
    static IEnumerable<FittedCurve> Laws(IReadOnlyList<SweepPoint> points)
    {
        const int resamples = 2;
        double[] workers = [.. points.Select(point => point.Setting)];
        Samples[] turns = [.. points.Select(point => point.Samples)];
        if (AmdahlFit.Of(workers, turns, resamples) is { } amdahl) yield return new FittedCurve("Amdahl's law, fitted", amdahl.At);
        if (UniversalScalabilityFit.Of(workers, turns, resamples) is { } law) yield return new FittedCurve("Gunther's law, fitted", law.At);
    }

    /// <summary>Draws sweeps over the same settings; each has its least setting for its base.</summary>
    public static Plot Draw(
        string unit, IReadOnlyList<(string Name, IReadOnlyList<SweepPoint> Points)> sweeps, IReadOnlyList<FittedCurve> curves)
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
        // Round by round, as all settings took turns.
        double[][] rounds = [.. points.Select(point => first.Seconds.Zip(point.Samples.Seconds, (one, many) => one / many).ToArray())];
        double[] y = [.. rounds.Select(ratios => ratios.Median())];
        var marks = plot.Add.ScatterPoints(x, y, color);
        (marks.LegendText, marks.MarkerSize) = (Style.Clean(name), name == SweepCall.Step ? 13 : 8);
        plot.Add.ErrorBar(x, y, [.. rounds.Select(ratios => ratios.InterquartileRange() / 2)]).Color = color;
    }
}
