using GpuLm.Bench.Peers;
using GpuLm.Bench.Results;
using ScottPlot;

namespace GpuLm.Bench.Reports.Pictures;

/// <summary>How many times faster this library is than a peer at the same work.</summary>
/// <param name="Work">The work.</param>
/// <param name="Peer">The peer.</param>
/// <param name="Ratio">The peer's time over ours.</param>
sealed record PeerRatio(string Work, string Peer, double Ratio);

/// <summary>Bars of ratios to peers, on a log axis: twice as fast is as far from 1 as half as fast.</summary>
static class PeersPicture
{
    /// <summary>The ratios of a result, in its order.</summary>
    public static IReadOnlyList<PeerRatio> Ratios(SuiteResult peers) =>
    [
        .. PeerPair.Of([.. peers.Rows.Where(IsWork)])
            .Where(pair => double.IsFinite(pair.Ratio))
            .Select(pair => new PeerRatio(pair.Ours.Others(PeerLabels.Side), pair.Theirs!.Label(PeerLabels.Side), pair.Ratio)),
    ];

    /// <summary>Draws the ratios from top to bottom.</summary>
    public static Plot Draw(IReadOnlyList<PeerRatio> ratios)
    {
        var plot = Style.New("This library beside its peers", "times as fast as the peer (right of 1: faster)", "");
        var peers = ratios.Select(ratio => ratio.Peer).Distinct().ToList();
        foreach (var (index, ratio) in ratios.Reverse().Index())
        {
            plot.Add.Bar(new ScottPlot.Bar
            {
                Position = index, Value = LogAxis.At(ratio.Ratio), FillColor = Style.ColorOf(peers.IndexOf(ratio.Peer)),
                LineWidth = 0, Size = 0.7,
            }).Horizontal = true;
        }
        foreach (var (series, peer) in peers.Index())
        {
            plot.Legend.ManualItems.Add(new LegendItem { LabelText = Style.Clean(peer), FillColor = Style.ColorOf(series) });
        }
        plot.Add.VerticalLine(0, width: 2, Style.Ink);
        plot.Axes.Left.Name(ratios.Reverse().Select(ratio => ratio.Work));
        LogAxis.Set(plot.Axes.Bottom, [1, .. ratios.Select(ratio => ratio.Ratio)]);
        plot.ShowLegend(Edge.Right);
        return plot;
    }

    static bool IsWork(ResultRow row) =>
        new[] { PeerLabels.What, PeerLabels.Shape, PeerLabels.Precision, PeerLabels.Side }.All(row.Labels.ContainsKey);
}
