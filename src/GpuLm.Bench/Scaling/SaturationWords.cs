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
        bool batch = sweep == ScalingSettings.Batch;
        // A longer context and a larger model make a token dearer: there the work is counted in FLOPs.
        double[] units = [.. steps.Select(one => batch ? one.Call.Point.Number : one.Call.Flops)];
        double[] rates =
            [.. Throughput.Relative(steps).Select((tokens, i) => tokens.Value * units[i] / units[0] * Tokens(steps[0]) / Tokens(steps[i]))];
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"From the least to the most, {(batch ? "tokens/s" : "model FLOP/s")} change by a factor of {rates[^1]:0.00}. "
            + $"By its ceilings the step is {Throughput.Bounds(steps)}.");
        // The work of a step is about the same for every context; there is nothing that could saturate.
        if (sweep == ScalingSettings.Context) yield break;
        yield return Bend(sweep, rates, steps);
        yield return SaturationFit.Of(units, [.. steps.Select(one => one.Samples!)]) is { } fit
            ? $"{(batch ? OfBatch(fit, steps[0].Call.Point.Step.Length) : OfSize(fit))} {Check(fit)}"
            : "The law of a fixed cost and a cost for each unit is not identified: it needs two sizes.";
    }

    static string OfBatch(SaturationFit fit, int length) => string.Create(
        CultureInfo.InvariantCulture,
        $"By the law of a fixed cost and a cost for each sequence, a step costs {fit.FixedSeconds.Times(1e3):0.00} ms whatever its batch; "
        + $"an endless batch would run at {fit.Rate.Times(length):0} tokens/s, and half of that is reached at a batch of "
        + $"{fit.HalfPerformance:0.00}.");

    static string OfSize(SaturationFit fit) => string.Create(
        CultureInfo.InvariantCulture,
        $"By the law of a fixed cost and a cost for each FLOP, a step costs {fit.FixedSeconds.Times(1e3):0.00} ms whatever its size; "
        + $"endless work would run at {fit.Rate.Times(1e-9):0.0} model GFLOP/s, and half of that is reached at "
        + $"{fit.HalfPerformance.Times(1e-9):0.000} GFLOP a step.");

    static string Check(SaturationFit fit) => fit.WorstMiss is { } miss
        ? $"The law misses no measured time by more than {Numbers.Percent(miss)}."
        : "Two sizes determine the law exactly: nothing here shows whether it holds.";

    static string Bend(string sweep, double[] rates, IReadOnlyList<Measured> steps) =>
        Throughput.BendOf([.. steps.Select(one => one.Call.Point.Number)], rates) is { } bend
            ? $"The curve bends at {steps[bend].Call.Point.Setting}: beyond, twice the {sweep} gives less than sqrt(2) times as much."
            : $"The curve does not bend up to {steps[^1].Call.Point.Setting}.";

    static double Tokens(Measured one) => one.Call.Point.Step.Tokens;
}
