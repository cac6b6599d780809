using System.Globalization;
using GpuLm.Bench.Reports;
using GpuLm.Bench.Results;
using GpuLm.Models;

namespace GpuLm.Bench.Ladder;

/// <summary>What was measured and what is projected from it, as tables; the two never share a column.</summary>
public static class LadderTables
{
    /// <summary>The measured steps, one device below the other.</summary>
    public static TextTable Measured(HardwareLadder ladder)
    {
        ArgumentNullException.ThrowIfNull(ladder);
        var steps = ladder.Tasks().SelectMany(task => task.OrderBy(step => step.TokensPerSecond));
        return new TextTable(
            [
                "step", "device", "precision", ">tokens/s", ">spread", ">model FLOP/s", ">measured peak", ">of the peak",
                ">measured bandwidth", "date",
            ],
            [.. steps.Select(Row)]);

        static IReadOnlyList<string> Row(MeasuredStep step) =>
        [
            step.Task, step.Environment.Device.Name, PrecisionSupport.NameOf(step.Precision), Numbers.Scaled(step.TokensPerSecond, ""),
            Numbers.Percent(step.Row.Samples!.Spread), Numbers.Scaled(step.FlopsPerSecond, "FLOP/s"),
            Numbers.Scaled(step.MeasuredPeak, "FLOP/s"), Numbers.Percent(step.FlopsPerSecond / step.MeasuredPeak),
            Numbers.Scaled(step.Environment.Peaks.BytesPerSecond, "B/s"),
            step.Environment.Date.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ];
    }

    /// <summary>What a run would take on each accelerator, the fastest first.</summary>
    public static TextTable Projected(Projection projection)
    {
        ArgumentNullException.ThrowIfNull(projection);
        string years = ProjectedRun.LifetimeYears.ToString(CultureInfo.InvariantCulture);
        return new TextTable(
            [
                "accelerator", "in", ">published peak", ">measured utilization", ">other utilization", "which is", ">projected time",
                ">projected rent", $">projected share of its price in {years} years", ">projected energy",
            ],
            [.. projection.Runs.OrderBy(run => run.Seconds).Select(Row)]);

        static IReadOnlyList<string> Row(ProjectedRun run)
        {
            string share = Numbers.Percent(run.Utilization.Share);
            bool measured = run.Utilization.Basis == UtilizationBasis.Measured;
            return
            [
                run.Accelerator.Name, PrecisionSupport.NameOf(run.Precision),
                Numbers.Scaled(run.Accelerator.PeakIn(run.Precision)!.Value, "FLOP/s"), measured ? share : "", measured ? "" : share,
                run.Utilization.Explanation, Numbers.Time(run.Seconds), Numbers.Dollars(run.RentDollars),
                Numbers.Dollars(run.PurchaseDollars),
                run.Joules is { } joules ? Numbers.Scaled(joules / 3600, "Wh") : Numbers.Unknown,
            ];
        }
    }

    /// <summary>How the published figures grew.</summary>
    public static TextTable Trends(IReadOnlyList<Trend> trends) => new(
        ["published figure", ">doubles in, years", ">95 % interval", ">growth a year", ">R^2", ">devices"],
        [.. trends.Select(trend => (IReadOnlyList<string>)
        [
            trend.What, Years(trend.Fit.DoublingTime.Value), $"{Years(trend.Fit.DoublingTime.Low)} to {Years(trend.Fit.DoublingTime.High)}",
            Numbers.Percent(trend.Fit.Growth.Value - 1), trend.Fit.Line.RSquared.ToString("0.00", CultureInfo.InvariantCulture),
            trend.Points.Count.ToString(CultureInfo.InvariantCulture),
        ])]);

    static string Years(double years) => double.IsFinite(years) ? years.ToString("0.0", CultureInfo.InvariantCulture) : "unbounded";
}
