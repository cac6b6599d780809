using GpuLm.Bench.Peers;
using Xunit;

namespace GpuLm.Bench.Tests.Peers;

public class PeerTableTests
{
    [Fact]
    public void A_ratio_is_the_median_over_rounds()
    {
        var pair = Assert.Single(PeerPair.Of(
        [
            PeerExample.Peer(PeerLabels.Torch, "w", "s", 0.5, 1.8, 6), PeerExample.Peer(PeerLabels.GpuLm, "w", "s", 1, 2, 2),
        ]));
        Assert.Equal([0.5, 0.9, 3], pair.Ratios);
        Assert.Equal(0.9, pair.Ratio);
    }

    [Fact]
    public void Every_peer_of_the_same_work_has_a_line()
    {
        var section = PeerTable.Of(
            [
                PeerExample.Peer(PeerLabels.Torch, "w", "s", 2), PeerExample.Peer(PeerLabels.GpuLm, "w", "s", 1),
                PeerExample.Peer(PeerLabels.LlmC, "w", "s", 4), PeerExample.Peer(PeerLabels.Torch, "w", "other", 9),
                PeerExample.Peer(PeerLabels.GpuLm, "alone", "s", 1),
            ],
            "How.");
        Assert.Equal(
            [["w", PeerLabels.Torch, "2.00"], ["w", PeerLabels.LlmC, "4.00"], ["alone", "", ""]],
            section.Table!.Rows.Select(row => (string[])[row[0], row[5], row[8]]));
        Assert.All(section.Table.Rows, row => Assert.Equal(section.Table.Columns.Count, row.Count));
    }

    [Fact]
    public void Sabotage_a_wrong_result_has_no_ratio_and_says_why()
    {
        var section = PeerTable.Of(
            [
                PeerExample.Peer(PeerLabels.Torch, "w", "s", 2),
                PeerExample.Peer(PeerLabels.GpuLm, "w", "s") with { Reason = "y[0] is 1, not 2", Refused = true },
            ],
            "How.");
        var row = Assert.Single(section.Table!.Rows);
        Assert.Equal("", row[8]);
        Assert.Equal("GpuLm: y[0] is 1, not 2", row[^1]);
    }
}
