using GpuLm.Bench.Results;
using MathNet.Numerics.Statistics;

namespace GpuLm.Bench.Peers;

/// <summary>Whether a bar was reached.</summary>
public enum Verdict
{
    /// <summary>It was.</summary>
    Held,

    /// <summary>It was not, or the result was wrong.</summary>
    Missed,

    /// <summary>The figures do not tell.</summary>
    NotJudged,
}

/// <summary>One row of ours before its bar.</summary>
/// <param name="Bar">The bar.</param>
/// <param name="Work">What was done.</param>
/// <param name="Shape">At which sizes; empty where it was not measured.</param>
/// <param name="Ratios">What is compared with the bar, for each turn; above 1 is better than the measure.</param>
/// <param name="Verdict">Whether the bar was reached.</param>
/// <param name="Remark">Why it was not judged, or was missed though no ratio says so.</param>
public sealed record Judgement(
    Bar Bar, string Work, string Shape, IReadOnlyList<double> Ratios, Verdict Verdict, string Remark)
{
    /// <summary>Judges a pair that a bar is about.</summary>
    /// <param name="bar">The bar.</param>
    /// <param name="pair">Our row and PyTorch's.</param>
    /// <param name="bytesPerSecond">The fastest copy; 0 where there was none.</param>
    public static Judgement Of(Bar bar, PeerPair pair, double bytesPerSecond)
    {
        ArgumentNullException.ThrowIfNull(bar);
        ArgumentNullException.ThrowIfNull(pair);
        var judgement = new Judgement(
            bar, pair.Ours.Labels[PeerLabels.What], pair.Ours.Labels[PeerLabels.Shape], [], Verdict.NotJudged, "");
        if (pair.Ours.Refused) return judgement with { Verdict = Verdict.Missed, Remark = $"refused: {pair.Ours.Reason}" };
        if (pair.Ours.Reason is { } reason) return judgement with { Remark = $"not available: {reason}" };
        if (bar.Against == Measure.Copy)
        {
            return bytesPerSecond > 0
                ? judgement.By([.. pair.Ours.Seconds.Select(seconds => pair.Ours.Bytes / seconds / bytesPerSecond)])
                : judgement with { Remark = "no copy was measured" };
        }
        return pair.Ratios.Count > 0
            ? judgement.By(pair.Ratios)
            : judgement with { Remark = pair.Theirs?.Reason is { } why ? $"PyTorch: {why}" : "PyTorch did not measure it" };
    }

    /// <summary>A bar's work that nobody measured.</summary>
    public static Judgement Missing(Bar bar, string work) => new(bar, work, "", [], Verdict.NotJudged, "not measured");

    /// <summary>The median over turns; NaN where there are none.</summary>
    public double Ratio => Ratios.Median();

    Judgement By(IReadOnlyList<double> ratios)
    {
        double ratio = ratios.Median();
        return this with
        {
            Ratios = ratios, Verdict = ratio >= Bar.Least ? Verdict.Held : Verdict.Missed, Remark = ratio >= Bar.Aim ? "the aim too" : "",
        };
    }
}
