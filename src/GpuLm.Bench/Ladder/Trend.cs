using GpuLm.Bench.Scaling.Fits;
using GpuLm.Models;

namespace GpuLm.Bench.Ladder;

/// <summary>A figure of an accelerator at the time when it could be had.</summary>
/// <param name="Accelerator">The device.</param>
/// <param name="Value">The figure.</param>
public readonly record struct TrendPoint(Accelerator Accelerator, double Value);

/// <summary>How a published figure of GPUs and TPUs grew over the years.</summary>
/// <param name="What">The figure.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Points">The devices that have it.</param>
/// <param name="Fit">An exponential through them, by ordinary least squares on the logarithms.</param>
public sealed record Trend(string What, string Unit, IReadOnlyList<TrendPoint> Points, LogLinearFit Fit)
{
    /// <summary>The trends of peak FLOP/s by precision, of FLOP/s for a dollar of purchase price, and of memory bandwidth.</summary>
    public static IReadOnlyList<Trend> Of(AcceleratorTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        Trend?[] trends =
        [
            Through(table, "fp32 peak", "FLOP/s", one => one.Fp32?.Value),
            Through(table, "bf16 peak", "FLOP/s", one => one.Bf16?.Value),
            Through(table, "fp32 peak for a dollar", "FLOP/s/$", one => PerDollar(one, Precision.Fp32)),
            Through(table, "fastest peak for a dollar", "FLOP/s/$", one => PerDollar(one, Precision.Bf16)),
            Through(table, "memory bandwidth", "B/s", one => one.Bandwidth?.Value),
        ];
        return [.. trends.OfType<Trend>()];
    }

    /// <summary>The value that the fit gives for a year.</summary>
    public double At(double year) => Fit.At(year).Value;

    /// <summary>Fits a trend through the devices that have a figure; null where they are too few.</summary>
    internal static Trend? Through(AcceleratorTable table, string what, string unit, Func<Accelerator, double?> figure)
    {
        TrendPoint[] points =
        [
            .. from one in table.Accelerators
               where one.Kind != "cpu"
               let value = figure(one)
               where value is not null
               select new TrendPoint(one, value.Value),
        ];
        double[] years = [.. points.Select(point => point.Accelerator.Available.Year)];
        return LogLinearFit.Of(years, [.. points.Select(point => point.Value)]) is { } fit
            ? new Trend(what, unit, points, fit)
            : null;
    }

    static double? PerDollar(Accelerator one, Precision precision) =>
        one.FastestUpTo(precision) is { } fastest && one.Purchase is { } price ? one.PeakIn(fastest)!.Value / price.Value : null;
}
