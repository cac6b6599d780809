using System.Globalization;
using GpuLm.Bench.Reports;
using GpuLm.Bench.Scaling.Fits;

namespace GpuLm.Bench.Scaling;

/// <summary>What the sweep over workers shows.</summary>
static class WorkerWords
{
    /// <summary>Paragraphs, from the speed-up to its laws.</summary>
    /// <param name="steps">The training step at each number of workers.</param>
    /// <param name="all">The steps and the ceilings' kernels.</param>
    public static IEnumerable<string> Of(IReadOnlyList<Measured> steps, IReadOnlyList<Measured> all)
    {
        double[] workers = [.. steps.Select(one => one.Call.Point.Number)];
        var turns = steps.Select(one => one.Samples!).ToList();
        var last = SpeedUp.Of(workers, turns)[^1];
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"From {workers[0]} to {workers[^1]} workers the step becomes {last.Value:0.00} times as fast, a parallel efficiency of "
            + $"{last.Efficiency:0.00}. In the same turns: {Kernels(all)}.");
        yield return Ceilings(steps, last.Value);
        yield return Bend(workers, steps);
        yield return Amdahl(AmdahlFit.Of(workers, turns));
        yield return Universal(UniversalScalabilityFit.Of(workers, turns), workers.Length);
    }

    static string Kernels(IReadOnlyList<Measured> all) => string.Join(", ", all
        .Where(one => one.Call.What != SweepCall.Step).GroupBy(one => one.Call.What)
        .Select(kernel => (kernel.Key, SpeedUp.Of(
            [.. kernel.Select(one => one.Call.Point.Number)], [.. kernel.Select(one => one.Samples!)])[^1].Value))
        .Select(kernel => $"{kernel.Key} {kernel.Value:0.00}"));

    /// <summary>What the resources alone would give: the step's floor at the ceilings that one worker and all reach.</summary>
    static string Ceilings(IReadOnlyList<Measured> steps, Estimate measured)
    {
        StepLimits first = StepLimits.Of(steps[0].Call, steps[0].Peaks), last = StepLimits.Of(steps[^1].Call, steps[^1].Peaks);
        double allowed = (first.Compute + first.Memory) / (last.Compute + last.Memory);
        string verdict = measured.Holds(allowed)
            ? "The step scales as its resources do."
            : measured.High < allowed
                ? "What is missing goes to work that does not run in parallel, to launches, and to workers that wait for one another."
                : "The step scales better than that: at its least number of workers it is further from its ceilings.";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"By arithmetic and bandwidth at each number of workers alone it would become {allowed:0.00} times as fast. {verdict} "
            + $"It is {Throughput.Bounds(steps)}; with all workers its arithmetic needs at least {Numbers.Time(last.Compute)}, "
            + $"its memory traffic {Numbers.Time(last.Memory)} and its launches {Numbers.Time(last.Launch)}.");
    }

    static string Bend(double[] workers, IReadOnlyList<Measured> steps) =>
        Throughput.BendOf(workers, [.. Throughput.Relative(steps).Select(ratio => ratio.Value)]) is { } bend
            ? $"The curve bends at {steps[bend].Call.Point.Setting}: beyond, twice the workers give less than sqrt(2) times as much."
            : $"The curve does not bend up to {steps[^1].Call.Point.Setting} workers.";

    static string Amdahl(AmdahlFit? fit) => fit is null
        ? "Amdahl's law is not identified: it needs the time of one worker and of another number."
        : string.Create(
            CultureInfo.InvariantCulture,
            $"Amdahl's law: a share of {fit.SerialShare:0.0000} of one worker's time is serial, so no number of workers makes the step "
            + $"more than {fit.Limit:0.0} times as fast. {Check(fit.WorstMiss)}");

    static string Universal(UniversalScalabilityFit? fit, int settings) => fit is null
        ? "Gunther's law is not identified: it has two parameters, contention and coherency, and beside the base there "
            + $"{(settings == 2 ? "is one number" : "are too few numbers")} of workers."
        : string.Create(
            CultureInfo.InvariantCulture,
            $"Gunther's law: contention {fit.Contention:0.0000}, coherency {fit.Coherency:0.000000}; the most is reached with "
            + $"{fit.Best:0} workers. {Check(fit.WorstMiss)}");

    static string Check(double? worstMiss) => worstMiss is { } miss
        ? $"It misses no measured time by more than {Numbers.Percent(miss)}."
        : "As many numbers of workers as parameters determine it exactly: nothing here shows whether it holds.";
}
