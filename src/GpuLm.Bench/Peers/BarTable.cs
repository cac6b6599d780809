using GpuLm.Bench.Results;
using MathNet.Numerics.Statistics;

namespace GpuLm.Bench.Peers;

/// <summary>Which bars are held.</summary>
public static class BarTable
{
    static readonly string[] Columns = ["work", "shape", "precision", ">ratio", ">range", ">bar", "against", ">aim", "", "remark"];

    /// <summary>Our rows that a bar is about, judged; of work that nobody measured one line says so.</summary>
    /// <param name="rows">The rows of a suite <c>peers</c>.</param>
    /// <param name="bars">The bars.</param>
    /// <param name="bytesPerSecond">The fastest copy of both sides; 0 where there was none.</param>
    public static IReadOnlyList<Judgement> Judge(IReadOnlyList<ResultRow> rows, IReadOnlyList<Bar> bars, double bytesPerSecond)
    {
        ArgumentNullException.ThrowIfNull(bars);
        PeerPair[] pairs = [.. PeerPair.Of(rows)];
        return
        [
            .. from bar in bars
               from work in bar.Work
               let judged = pairs.Where(pair => IsAbout(bar, work, pair.Ours)).Select(pair => Judgement.Of(bar, pair, bytesPerSecond))
               from judgement in judged.DefaultIfEmpty(Judgement.Missing(bar, work))
               select judgement,
        ];
    }

    /// <summary>The verdicts as a table.</summary>
    /// <param name="judgements">What <see cref="Judge"/> gave.</param>
    /// <param name="bytesPerSecond">The fastest copy.</param>
    public static Section Of(IReadOnlyList<Judgement> judgements, double bytesPerSecond)
    {
        int Count(Verdict verdict) => judgements.Count(judgement => judgement.Verdict == verdict);
        string counts = Text($"{Count(Verdict.Held)} held, {Count(Verdict.Missed)} missed, {Count(Verdict.NotJudged)} not judged.");
        string copy = bytesPerSecond > 0 ? Text($" ({bytesPerSecond / 1e9:f0} GB/s)") : "";
        return new Section(
            "Bars",
            $"{counts} Against PyTorch a ratio is how many times faster GpuLm is. Work that memory limits is held to the fastest copy or "
            + $"triad of both sides{copy}: a ratio is the share of its bytes a second. Ratios are medians over turns.",
            new TextTable(Columns, [.. judgements.Select(Line)]));
    }

    static bool IsAbout(Bar bar, string work, ResultRow row) =>
        row.Labels[PeerLabels.What] == work && row.Labels[PeerLabels.Precision] == bar.Precision;

    static string[] Line(Judgement judgement) =>
    [
        judgement.Work, judgement.Shape, judgement.Bar.Precision,
        judgement.Ratios.Count == 0 ? "" : Text($"{judgement.Ratio:f2}"),
        judgement.Ratios.Count == 0 ? "" : Text($"{judgement.Ratios.Min():f2} to {judgement.Ratios.Max():f2}"),
        Text($"{judgement.Bar.Least}"), judgement.Bar.Against == Measure.Copy ? "copy" : PeerLabels.Torch, Text($"{judgement.Bar.Aim}"),
        judgement.Verdict switch { Verdict.Held => "held", Verdict.Missed => "MISSED", _ => "not judged" }, judgement.Remark,
    ];

    static string Text(FormattableString text) => FormattableString.Invariant(text);
}
