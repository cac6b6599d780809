using MathNet.Numerics;
using Perfolizer.Mathematics.SignificanceTesting.Base;
using Perfolizer.Mathematics.SignificanceTesting.MannWhitney;
using Perfolizer.Metrology;
using Pragmastat;

namespace GpuLm.Bench.Results.Comparing;

/// <summary>Judges one row that has times in both runs.</summary>
sealed class RowJudge
{
    static readonly double LeastChange = Math.Log(1 + Comparison.LeastChange);
    readonly ResultRow old, current;
    readonly double change, relativeChange, limit;
    readonly string? obstacle;

    public RowJudge(ResultRow old, ResultRow current, Drift drift)
    {
        (this.old, this.current) = (old, current);
        change = Math.Log(current.Samples!.Median / old.Samples!.Median);
        relativeChange = change - drift.Common;
        limit = LeastChange + drift.Of(old, current);
        obstacle = Drift.Obstacle(old, current);
    }

    bool Passes => obstacle is null && Math.Abs(change) > limit && Math.Abs(relativeChange) > limit
        && Math.Sign(change) == Math.Sign(relativeChange);

    /// <summary>The probability that the samples differ as much by chance beyond the least change; 1 where the medians do not.</summary>
    public double PValue()
    {
        if (!Passes) return 1;
        double margin = Math.Exp(Math.Sign(change) * LeastChange);
        double oneSided = MannWhitneyTest.Instance.GetPValue(
            new Sample([.. current.Seconds]), new Sample([.. old.Seconds.Select(seconds => seconds * margin)]),
            change > 0 ? AlternativeHypothesis.Greater : AlternativeHypothesis.Less, Threshold.Zero);
        // Either direction would have been looked at.
        return Math.Min(1, 2 * oneSided);
    }

    /// <summary>The verdict.</summary>
    /// <param name="p">The row's p-value, corrected for all rows.</param>
    /// <param name="rows">All rows that are judged.</param>
    public RowComparison Judge(double p, int rows)
    {
        string reason = Doubt(p, rows);
        var verdict = reason.Length > 0 ? Verdict.Undecided : change > 0 ? Verdict.Slower : Verdict.Faster;
        return new RowComparison(old.Name, verdict, Math.Exp(change), Math.Exp(limit), p, reason);
    }

    /// <summary>A row that lacks times in one run or both.</summary>
    public static RowComparison WithoutTimes(ResultRow old, ResultRow current) => new(
        old.Name, Verdict.Undecided, double.NaN, double.NaN, 1, $"no times: {current.Reason ?? old.Reason ?? "none were measured"}");

    string Doubt(double p, int rows)
    {
        if (obstacle is not null) return obstacle;
        if (Math.Abs(change) <= LeastChange) return FormattableString.Invariant($"less than {Comparison.LeastChange:0 %} apart");
        if (Math.Abs(change) <= limit) return "the machine changed as much";
        if (!Passes) return "the other rows moved with it";
        if (p < Comparison.Level) return "";
        return SmallestPValue * rows >= Comparison.Level
            ? FormattableString.Invariant($"too few rounds for a verdict among {rows} rows")
            : "the times of both runs overlap";
    }

    /// <summary>The p-value of samples that do not overlap at all: 2 over the number of ways to mix them.</summary>
    double SmallestPValue => 2 / Combinatorics.Combinations(old.Seconds.Count + current.Seconds.Count, old.Seconds.Count);
}
