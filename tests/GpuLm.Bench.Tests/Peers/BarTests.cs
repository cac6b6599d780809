using GpuLm.Bench.Peers;
using GpuLm.Bench.Results;
using Xunit;

namespace GpuLm.Bench.Tests.Peers;

/// <summary>The verdicts.</summary>
public class BarTests
{
    const double BytesPerSecond = 1000;

    static readonly Bar ByTime = new([PeerExample.Product], "bf16", Measure.PyTorch, 0.6, 1),
        ByBytes = new([PeerExample.Norm], "bf16", Measure.Copy, 0.8, 0.92);

    [Theory]
    [InlineData(1.0, "the aim too", Verdict.Held)]
    [InlineData(1.6, "", Verdict.Held)]
    [InlineData(1.7, "", Verdict.Missed)]
    public void A_product_is_judged_by_its_time_beside_PyTorchs(double seconds, string remark, Verdict verdict)
    {
        var judgement = Judge(ByTime, Ours(PeerExample.Product, seconds), Theirs(PeerExample.Product, 1));
        Assert.Equal((remark, verdict), (judgement.Remark, judgement.Verdict));
    }

    [Theory]
    [InlineData(950, "the aim too", Verdict.Held)]
    [InlineData(800, "", Verdict.Held)]
    [InlineData(790, "", Verdict.Missed)]
    public void A_norm_is_judged_by_its_share_of_the_copys_bytes(double bytes, string remark, Verdict verdict)
    {
        var judgement = Judge(ByBytes, Ours(PeerExample.Norm, 1) with { Bytes = bytes });
        Assert.Equal((remark, verdict), (judgement.Remark, judgement.Verdict));
    }

    [Fact]
    public void Sabotage_a_wrong_result_misses_its_bar()
    {
        var wrong = Ours(PeerExample.Product) with { Reason = "C[0] is 1, not 2", Refused = true };
        var judgement = Judge(ByTime, wrong, Theirs(PeerExample.Product, 1));
        Assert.Equal(Verdict.Missed, judgement.Verdict);
        Assert.Contains("C[0] is 1, not 2", judgement.Remark, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_compared_is_not_judged()
    {
        var (ours, theirs) = (Ours(PeerExample.Product, 1), Theirs(PeerExample.Product, 1));
        NotJudged("PyTorch did not measure it", Judge(ByTime, ours));
        NotJudged("no memory", Judge(ByTime, ours, theirs with { Seconds = [], Reason = "no memory" }));
        NotJudged("not available: no launcher", Judge(ByTime, ours with { Seconds = [], Reason = "no launcher" }, theirs));
        NotJudged("not measured", Judge(ByTime, theirs));
        NotJudged("not measured", Judge(ByTime with { Precision = "tf32" }, ours, theirs));
        NotJudged("no copy was measured", BarTable.Judge([Ours(PeerExample.Norm, 1)], [ByBytes], 0).Single());

        static void NotJudged(string why, Judgement judgement)
        {
            Assert.Equal(Verdict.NotJudged, judgement.Verdict);
            Assert.Contains(why, judgement.Remark, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_table_counts_the_verdicts()
    {
        ResultRow[] rows = [Ours(PeerExample.Product, 1), Theirs(PeerExample.Product, 1), Ours(PeerExample.Norm, 2)];
        var missing = ByTime with { Work = ["Nothing"] };
        var section = BarTable.Of(BarTable.Judge(rows, [ByTime, ByBytes, missing], BytesPerSecond), BytesPerSecond);
        Assert.Contains("1 held, 1 missed, 1 not judged", section.Text, StringComparison.Ordinal);
        Assert.All(section.Table!.Rows, row => Assert.Equal(section.Table.Columns.Count, row.Count));
    }

    [Fact]
    public void The_projects_bars_are_ratios_of_known_measures()
    {
        Assert.All(Bar.All, bar => Assert.True(bar is { Least: > 0, Aim: <= 1 } && bar.Least < bar.Aim));
        var work = Bar.All.SelectMany(bar => bar.Work).ToList();
        Assert.Equal(work.Count, work.Distinct().Count());
    }

    static Judgement Judge(Bar bar, params ResultRow[] rows) => BarTable.Judge(rows, [bar], BytesPerSecond).Single();

    static ResultRow Ours(string what, params double[] seconds) => PeerExample.Peer(PeerLabels.GpuLm, what, "s", seconds);

    static ResultRow Theirs(string what, params double[] seconds) => PeerExample.Peer(PeerLabels.Torch, what, "s", seconds);
}
