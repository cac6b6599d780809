using GpuLm.Bench.Results;
using GpuLm.Devices;
using GpuLm.Models;
using ScottPlot;

namespace GpuLm.Bench.Reports.Pictures;

/// <summary>
/// The roofline of a device (Williams, Waterman and Patterson 2009, https://doi.org/10.1145/1498765.1498785) with the kernels as points:
/// speed over operations per byte, under measured ceilings.
/// </summary>
static class RooflinePicture
{
    /// <summary>The operation that measures the roof; it is no point under it.</summary>
    const string Probe = "Probe";

    /// <summary>Whether a row is a point of the picture.</summary>
    public static bool Shows(ResultRow row) =>
        row is { Samples: not null, Flops: > 0, Bytes: > 0 } && RowLabels.OperationOf(row) != Probe;

    /// <summary>Draws the kernels of a result.</summary>
    public static Plot Draw(SuiteResult kernels)
    {
        var points = kernels.Rows.Where(Shows).ToList();
        var plot = Style.New("Kernels under the roof of this device", "operations per byte", "speed, FLOP/s");
        var roofs = Roofs(kernels.Environment.Peaks, points).ToList();
        double[] intensities = [.. points.Select(Intensity), .. roofs.Select(roof => roof.Peak / roof.Bandwidth)];
        foreach (var roof in roofs) Draw(plot, roof, intensities.Max() * 4, intensities.Min() / 2);
        Name(plot, kernels.Environment.Peaks, Math.Sqrt(intensities.Min() * roofs.Min(roof => roof.Peak / roof.Bandwidth)));
        foreach (var (series, operation) in points.GroupBy(Operation).OrderBy(group => group.Key, StringComparer.Ordinal).Index())
        {
            foreach (var row in operation)
            {
                var shape = IsWarm(row) ? Style.ShapesOf(series).Open : Style.ShapesOf(series).Filled;
                var mark = plot.Add.Marker(LogAxis.At(Intensity(row)), LogAxis.At(Speed(row)), shape, size: 9, Style.ColorOf(series));
                mark.MarkerLineWidth = 2;
            }
            plot.Legend.ManualItems.Add(new LegendItem
            {
                LabelText = Style.Clean(operation.Key), MarkerShape = Style.ShapesOf(series).Filled, MarkerSize = 8,
                MarkerFillColor = Style.ColorOf(series),
            });
        }
        plot.ShowLegend(Edge.Right);
        LogAxis.Set(plot.Axes.Bottom, intensities);
        LogAxis.Set(plot.Axes.Left, [.. points.Select(Speed), .. roofs.Select(roof => roof.Peak)]);
        return plot;
    }

    /// <summary>What the picture shows, and how many points lie above the roof, and why.</summary>
    public static string Caption(SuiteResult kernels)
    {
        var above = kernels.Rows.Where(Shows).Where(row => IsAbove(kernels.Environment.Peaks, row)).ToList();
        string note = above.Count switch
        {
            0 => "",
            _ when above.All(IsWarm) => $" {Count(above)} above the roof: warm data lie in caches, which are faster than memory.",
            _ => $" {Count(above)} above the roof, {above.Count(row => !IsWarm(row))} of them not warm: "
                + "caches served them, or the ceilings were measured in a slower moment.",
        };
        return "Roofline: filled marks read their data from memory, open ones from a cache (warm). The roof is the measured peak and the "
            + "measured bandwidth." + note;
    }

    static string Count(List<ResultRow> rows) => rows.Count == 1 ? "One point lies" : $"{rows.Count} points lie";

    static bool IsAbove(DevicePeaks peaks, ResultRow row) =>
        Speed(row) > Math.Min(peaks.FlopsPerSecondIn(PrecisionOf(row)), peaks.BytesPerSecond * Intensity(row));

    static bool IsWarm(ResultRow row) =>
        row.Labels.GetValueOrDefault("cache")?.StartsWith("warm", StringComparison.OrdinalIgnoreCase) ?? false;

    static double Intensity(ResultRow row) => row.Flops / row.Bytes;

    static double Speed(ResultRow row) => row.Flops / row.Samples!.Median;

    static string Operation(ResultRow row) => RowLabels.OperationOf(row);

    static Precision PrecisionOf(ResultRow row) =>
        Enum.TryParse(row.Labels.GetValueOrDefault("precision"), ignoreCase: true, out Precision precision) ? precision : Precision.Fp32;

    static IEnumerable<(string Name, double Peak, double Bandwidth)> Roofs(DevicePeaks peaks, List<ResultRow> points) =>
        points.Select(PrecisionOf).Append(Precision.Fp32).Distinct().Order()
            .Select(precision => (PrecisionSupport.NameOf(precision), peaks.FlopsPerSecondIn(precision), peaks.BytesPerSecond))
            .Where(roof => double.IsFinite(roof.Item2));

    static void Draw(Plot plot, (string Name, double Peak, double Bandwidth) roof, double last, double first)
    {
        double ridge = roof.Peak / roof.Bandwidth;
        (double X, double Y)[] corners =
            [LogAxis.Point(first, first * roof.Bandwidth), LogAxis.Point(ridge, roof.Peak), LogAxis.Point(last, roof.Peak)];
        var line = plot.Add.Curve(corners, Style.Ink);
        line.LineWidth = 2;
        var text = plot.Add.Text($"{roof.Name} {Numbers.Scaled(roof.Peak, "FLOP/s")}", LogAxis.At(ridge), LogAxis.At(roof.Peak));
        (text.LabelFontColor, text.LabelFontSize, text.LabelAlignment) = (Style.Ink, 12, Alignment.LowerLeft);
    }

    static void Name(Plot plot, DevicePeaks peaks, double first)
    {
        var text = plot.Add.Text(Numbers.Scaled(peaks.BytesPerSecond, "B/s"), LogAxis.At(first), LogAxis.At(first * peaks.BytesPerSecond));
        (text.LabelFontColor, text.LabelFontSize, text.LabelAlignment, text.OffsetX) = (Style.Ink, 12, Alignment.LowerRight, -6);
    }
}
