using System.Globalization;

namespace GpuLm.Proof;

enum Verdict
{
    /// <summary>The row has no bar.</summary>
    None,
    Held,
    Missed,
    NotJudged,
}

/// <summary>One case of the table.</summary>
sealed record Row(
    CaseSpec Spec, CaseResult? Ours, CaseResult? Torch, Bar? Bar, IReadOnlyList<double> Ratios, Verdict Verdict, string Remark)
{
    /// <summary>Judges a case: the ratio is the median over rounds, in which the sides took turns.</summary>
    public static Row Of(CaseList list, CaseSpec spec, Report? ours, Report? torch)
    {
        CaseResult? mine = Middle(ours, spec.Name), theirs = Middle(torch, spec.Name);
        if (!list.Bars.TryGetValue(spec.Op, out var bar))
        {
            return new Row(spec, mine, theirs, null, [], Verdict.None, Missing(spec, mine) ?? "");
        }
        if (mine is { Refused: true })
        {
            return new Row(spec, mine, theirs, bar, [], Verdict.Missed, $"**missed**: {Cell(mine.Reason!)}");
        }
        bool byCopy = bar.Against == Bar.Copy;
        string? obstacle = Missing(spec, mine) ?? (byCopy ? null : PeerMissing(mine!, theirs));
        double[] ratios = obstacle is not null ? [] : byCopy ? CopyShares(spec, ours!, torch) : SpeedUps(spec, ours!, torch!);
        if (obstacle is null && ratios.Length == 0) obstacle = "not judged: no copy was measured";
        if (obstacle is not null) return new Row(spec, mine, theirs, bar, [], Verdict.NotJudged, obstacle);
        double ratio = Median(ratios);
        string remark = ratio >= bar.Aim ? "held, the aim too" : ratio >= bar.Least ? "held" : "**missed**";
        if (mine!.Detail is not null) remark += $"; GpuLm: {mine.Detail}";
        if (theirs?.Detail is not null) remark += $"; PyTorch: {theirs.Detail}";
        return new Row(spec, mine, theirs, bar, ratios, ratio >= bar.Least ? Verdict.Held : Verdict.Missed, remark);
    }

    public override string ToString() => string.Join(" ", (string[])
    [
        "|", Spec.Name, "|", Ours?.Shape ?? Spec.ToString(),
        "|", Rate(Ours), "|", Ours?.Precision ?? "", "|", Time(Ours), "|", Quartiles(Ours),
        "|", Rate(Torch), "|", Time(Torch), "|", Quartiles(Torch),
        "|", Ratios.Count == 0 ? "" : Text($"{Median(Ratios):f2}"),
        "|", Ratios.Count == 0 ? "" : Text($"{Ratios.Min():f2} to {Ratios.Max():f2}"),
        "|", Bar is null ? "" : Text($"{Bar.Least} of {Bar.Against}"), "|", Bar is null ? "" : Text($"{Bar.Aim}"), "|", Remark, "|",
    ]);

    static string? Missing(CaseSpec spec, CaseResult? result) => result switch
    {
        null => "**missing**: GpuLm's report lacks this case",
        { Reason: not null } => $"not available: {Cell(result.Reason)}",
        _ when result.Shape != spec.ToString() => $"not judged: measured at other sizes than {spec}",
        _ => null,
    };

    static string? PeerMissing(CaseResult mine, CaseResult? theirs)
    {
        if (theirs is null) return "not judged: PyTorch's report lacks this case";
        if (theirs.Reason is not null) return $"not judged: PyTorch: {Cell(theirs.Reason)}";
        if (theirs.Shape != mine.Shape) return $"not judged: PyTorch was measured at {theirs.Shape}";
        return theirs.Precision == mine.Precision ? null : $"not judged: {mine.Precision} against {theirs.Precision}";
    }

    static double[] SpeedUps(CaseSpec spec, Report ours, Report torch) =>
    [
        .. from mine in Good(ours, spec.Name)
           join theirs in Good(torch, spec.Name) on mine.Round equals theirs.Round
           select theirs.Milliseconds / mine.Milliseconds,
    ];

    /// <summary>The faster side's copy is the measure.</summary>
    static double[] CopyShares(CaseSpec spec, Report ours, Report? torch)
    {
        double[] copies = [.. Good(ours, Bar.Copy).Concat(Good(torch, Bar.Copy)).Select(copy => copy.Rate)];
        return copies.Length == 0 ? [] : [.. Good(ours, spec.Name).Select(mine => mine.Rate / copies.Max())];
    }

    static IEnumerable<CaseResult> Good(Report? report, string name) =>
        report?.Results.Where(result => result.Name == name && result.Reason is null) ?? [];

    /// <summary>The round in the middle by time; one whose result was wrong before any other, and one without figures after all.</summary>
    static CaseResult? Middle(Report? report, string name)
    {
        CaseResult[] all = [.. report?.Results.Where(result => result.Name == name) ?? []];
        CaseResult[] good = [.. Good(report, name).OrderBy(result => result.Milliseconds)];
        return Array.Find(all, result => result.Refused) ?? (good.Length > 0 ? good[good.Length / 2] : all.FirstOrDefault());
    }

    static double Median(IReadOnlyList<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    static string Rate(CaseResult? result) => result is { Reason: null } ? Text($"{result.Rate:g4} {result.Unit}") : "";

    static string Time(CaseResult? result) => result is { Reason: null } ? Text($"{result.Milliseconds:g4}") : "";

    static string Quartiles(CaseResult? result) => result is { Reason: null } ? Text($"{result.Q1:g4} to {result.Q3:g4}") : "";

    static string Cell(string text) => text.ReplaceLineEndings(" ").Replace('|', '/');

    static string Text(FormattableString text) => FormattableString.Invariant(text);
}
