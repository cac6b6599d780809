using System.Globalization;
using GpuLm.Bench.Reports;
using GpuLm.Bench.Scaling.Fits;

namespace GpuLm.Bench.Scaling;

/// <summary>What a sweep over the size of a step's work shows: batch, context or model.</summary>
static class SaturationWords
{
    /// <summary>Paragraphs: the law, where it bends, and what binds.</summary>
    public static IEnumerable<string> Of(string sweep, IReadOnlyList<Measured> steps)
    {
        double[] settings = [.. steps.Select(one => one.Call.Point.Number)];
        bool batch = sweep == ScalingSettings.Batch;
        // A longer context and a larger model make a token dearer: there the work is counted in FLOPs.
        double[] units = batch ? settings : [.. steps.Select(one => one.Call.Flops)];
        if (sweep != ScalingSettings.Context) yield return Law(SaturationFit.Of(units, [.. steps.Select(one => one.Samples!)]), batch, steps);
        double[] rates = [.. steps.Select((one, i) => units[i] / one.Samples!.Median)];
        yield return Bend(sweep, settings, rates, steps);
        yield return $"By its ceilings it is {Throughput.Bounds(steps)}.";
    }

    static string Law(SaturationFit? fit, bool batch, IReadOnlyList<Measured> steps)
    {
        if (fit is null) return "The law of a fixed cost and a cost for each unit is not identified: it needs two sizes.";
        string law = batch
            ? string.Create(CultureInfo.InvariantCulture, $"A step costs {fit.FixedSeconds.Times(1e3):0.00} ms whatever its batch. An endless batch would run at ")
                + string.Create(CultureInfo.InvariantCulture, $"{fit.Rate.Times(steps[0].Call.Point.Step.Length):0} tokens/s, and half of that is reached at a batch of {fit.HalfPerformance:0.00}.")
            : string.Create(CultureInfo.InvariantCulture, $"A step costs {fit.FixedSeconds.Times(1e3):0.00} ms whatever its size. Endless work would run at ")
                + string.Create(CultureInfo.InvariantCulture, $"{fit.Rate.Times(1e-9):0.0} model GFLOP/s, and half of that is reached at {fit.HalfPerformance.Times(1e-9):0.000} GFLOP a step.");
        return law + " " + (fit.WorstMiss is { } miss
            ? string.Create(CultureInfo.InvariantCulture, $"The law misses no measured time by more than {Numbers.Percent(miss)}.")
            : "Two sizes determine the law exactly: nothing here shows whether it holds.");
    }

    static string Bend(string sweep, double[] settings, double[] rates, IReadOnlyList<Measured> steps)
    {
        string what = sweep == ScalingSettings.Batch ? "tokens/s" : "model FLOP/s";
        string ends = string.Create(CultureInfo.InvariantCulture, $"From the least to the most, {what} change by a factor of {rates[^1] / rates[0]:0.00}. ");
        return ends + (Throughput.BendOf(settings, rates) is { } bend
            ? string.Create(CultureInfo.InvariantCulture, $"At {steps[bend].Call.Point.Setting} they bend: beyond, twice the {sweep} gives less than sqrt(2) times as many.")
            : string.Create(CultureInfo.InvariantCulture, $"They do not bend up to {steps[^1].Call.Point.Setting}."));
    }
}
