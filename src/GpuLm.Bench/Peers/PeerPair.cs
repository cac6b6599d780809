using GpuLm.Bench.Results;
using MathNet.Numerics.Statistics;

namespace GpuLm.Bench.Peers;

/// <summary>One row of ours beside a peer's that did the same work.</summary>
/// <param name="Ours">Our row.</param>
/// <param name="Theirs">The peer's; null where it measured nothing of the kind.</param>
public sealed record PeerPair(ResultRow Ours, ResultRow? Theirs)
{
    /// <summary>How many times faster ours is, for each round that both have; above 1 ours is faster.</summary>
    public IReadOnlyList<double> Ratios { get; } =
        [.. (Theirs?.Seconds ?? []).Zip(Ours.Seconds, (theirs, ours) => theirs / ours)];

    /// <summary>The median over rounds; NaN where there are none.</summary>
    public double Ratio => Ratios.Median();

    /// <summary>Each row of ours with every peer that did the same; with none where there is no peer.</summary>
    public static IEnumerable<PeerPair> Of(IReadOnlyList<ResultRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var peers = rows.Where(row => Side(row) != PeerLabels.GpuLm).ToLookup(Work);
        return
            from ours in rows
            where Side(ours) == PeerLabels.GpuLm
            from theirs in peers[Work(ours)].DefaultIfEmpty()
            select new PeerPair(ours, theirs);
    }

    static string Side(ResultRow row) => row.Labels[PeerLabels.Side];

    static (string What, string Shape, string Precision) Work(ResultRow row) =>
        (row.Labels[PeerLabels.What], row.Labels[PeerLabels.Shape], row.Labels[PeerLabels.Precision]);
}
