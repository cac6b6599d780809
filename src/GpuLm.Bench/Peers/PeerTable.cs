using GpuLm.Bench.Results;

namespace GpuLm.Bench.Peers;

/// <summary>Our rows beside the peers', with the ratios of their times.</summary>
public static class PeerTable
{
    static readonly string[] Columns =
        ["what", "shape", "precision", ">GpuLm, ms", ">spread", "beside", ">ms", ">spread", ">GpuLm is faster by", ">range", "remark"];

    /// <summary>The table of all rows of ours and of what took turns with each.</summary>
    /// <param name="rows">The rows of a suite <c>peers</c>.</param>
    /// <param name="how">How the sides were timed, as a sentence.</param>
    public static Section Of(IReadOnlyList<ResultRow> rows, string how) => new(
        "GpuLm beside its peers",
        $"{how} A ratio above 1 says that GpuLm is faster: it is the median over rounds of both sides' times in a round, and the range is "
        + "that of all rounds. A spread is the quartiles' distance over the median.",
        new TextTable(Columns, [.. PeerPair.Of(rows).Select(Line)]));

    static string[] Line(PeerPair pair) =>
    [
        pair.Ours.Labels[PeerLabels.What], pair.Ours.Labels[PeerLabels.Shape], pair.Ours.Labels[PeerLabels.Precision],
        .. Time(pair.Ours), pair.Theirs?.Labels[PeerLabels.Side] ?? "", .. Time(pair.Theirs), .. Ratio(pair),
        string.Join("; ", new[] { Why(pair.Ours), Why(pair.Theirs) }.OfType<string>()),
    ];

    static string[] Time(ResultRow? row) => row?.Samples is { } samples
        ? [Text($"{samples.Median * 1e3:g4}"), Text($"{samples.Spread:p0}")]
        : ["", ""];

    internal static string[] Ratio(PeerPair pair) => pair.Ratios.Count == 0
        ? ["", ""]
        : [Text($"{pair.Ratio:f2}"), Text($"{pair.Ratios.Min():f2} to {pair.Ratios.Max():f2}")];

    static string? Why(ResultRow? row) => row?.Reason is { } reason ? $"{row.Labels[PeerLabels.Side]}: {reason}" : null;

    static string Text(FormattableString text) => FormattableString.Invariant(text);
}
