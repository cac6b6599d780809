using GpuLm.Bench.Measuring;
using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;

namespace GpuLm.Bench.Results.Comparing;

/// <summary>
/// How much two runs of unchanged code differ because the machine does. A test of samples cannot see that: a slow minute covers all samples
/// of a row, which makes them agree with one another and differ from the other run's. Three witnesses widen the threshold:
/// <list type="bullet">
/// <item>the speed that was measured beside each row, and the bandwidth that each run measured;</item>
/// <item>how each row's times went from the first half of its rounds to the second;</item>
/// <item>how the ratios of all rows scatter: most of them are of code that did not change (the empirical null of B. Efron, "Large-Scale
/// Simultaneous Hypothesis Testing", 2004).</item>
/// </list>
/// </summary>
sealed class Drift
{
    /// <summary>Rows from which their scatter is known well enough to count.</summary>
    const int RowsForScatter = 10;

    /// <summary>Rounds from which two halves can be compared.</summary>
    const int RoundsForHalves = 4;

    /// <summary>The share of its peak below which something else was running, and a row says nothing.</summary>
    const double LeastSpeed = 0.75;

    /// <summary>From the median absolute deviation to the standard deviation of a normal distribution.</summary>
    const double DeviationFromMedian = 1.4826;

    readonly RunEnvironment old, current;
    readonly double scatter;

    /// <summary>Learns from all rows that have times in both runs.</summary>
    /// <param name="old">The earlier run.</param>
    /// <param name="current">The later run.</param>
    /// <param name="rows">The rows of both.</param>
    /// <param name="level">The probability of a false verdict on any row.</param>
    public Drift(RunEnvironment old, RunEnvironment current, IEnumerable<(ResultRow Old, ResultRow New)> rows, double level)
    {
        (this.old, this.current) = (old, current);
        // A row beside which something else was running tells nothing about the others.
        List<(ResultRow Old, ResultRow New)> quiet = [.. rows.Where(row => Obstacle(row.Old, row.New) is null)];
        double[] changes = [.. quiet.Select(row => Math.Log(row.New.Samples!.Median / row.Old.Samples!.Median))];
        bool enough = changes.Length >= RowsForScatter;
        Common = enough ? changes.Median() : 0;
        double betweenRuns = enough ? Deviation(changes.Select(change => change - Common)) : 0;
        double inOld = Deviation(quiet.Select(row => Halves(row.Old.Samples!)));
        double inNew = Deviation(quiet.Select(row => Halves(row.New.Samples!)));
        double withinRuns = Math.Sqrt(inOld * inOld + inNew * inNew);
        scatter = quiet.Count == 0 ? 0 : Normal.InvCDF(0, 1, 1 - level / (2 * quiet.Count)) * Math.Max(betweenRuns, withinRuns);
    }

    /// <summary>The logarithm of the ratio by which all rows moved together: their median; 0 where they are too few to know.</summary>
    public double Common { get; }

    /// <summary>What the machine alone may have done to a row: the largest believable |ln ratio| of unchanged code.</summary>
    public double Of(ResultRow before, ResultRow after) => MachineChange(before, after) + scatter;

    /// <summary>Why a row cannot be judged at all; null where it can.</summary>
    public static string? Obstacle(ResultRow before, ResultRow after)
    {
        double slowest = new[] { before.MachineSpeed, after.MachineSpeed }.Where(speed => speed > 0).DefaultIfEmpty(1).Min();
        return slowest < LeastSpeed
            ? FormattableString.Invariant($"beside it the machine ran at {slowest:0 %} of its peak: something else was running")
            : null;
    }

    double MachineChange(ResultRow before, ResultRow after)
    {
        bool measured = before.MachineSpeed > 0 && after.MachineSpeed > 0;
        double arithmetic = measured
            ? Change(before.MachineSpeed * old.Peaks.FlopsPerSecond, after.MachineSpeed * current.Peaks.FlopsPerSecond)
            : Math.Max(
                Change(old.Peaks.FlopsPerSecond, current.Peaks.FlopsPerSecond),
                Change(old.Peaks.MedianFlopsPerSecond, current.Peaks.MedianFlopsPerSecond));
        return Math.Max(arithmetic, Math.Max(
            Change(old.Peaks.BytesPerSecond, current.Peaks.BytesPerSecond),
            Change(old.Peaks.MedianBytesPerSecond, current.Peaks.MedianBytesPerSecond)));
    }

    static double Halves(Samples samples)
    {
        int half = samples.Seconds.Count / 2;
        return samples.Seconds.Count < RoundsForHalves
            ? 0
            : Math.Log(samples.Seconds.Skip(half).Median() / samples.Seconds.Take(half).Median());
    }

    static double Deviation(IEnumerable<double> changes) =>
        DeviationFromMedian * changes.Select(Math.Abs).DefaultIfEmpty(0).Median();

    static double Change(double before, double after) => before > 0 && after > 0 ? Math.Abs(Math.Log(after / before)) : 0;
}
