using GpuLm.Bench.Peers;
using GpuLm.Bench.Results;
using GpuLm.Bench.Tests.Results;
using GpuLm.Tests;
using Xunit;

namespace GpuLm.Bench.Tests.Peers;

public class PeerJoinTests
{
    [Fact]
    public void A_round_is_the_median_of_a_turn_of_both_sides()
    {
        var joined = Join(
            Turn([Product(1, 9, 1)], [Torch(0.5)]),
            Turn([Product(2)], [Torch(1.8, 1.8, 7)]));
        Assert.Equal([0.5, 0.9], Pair(joined, PeerExample.Product).Ratios);
    }

    [Fact]
    public void A_turn_that_one_side_lacks_is_no_round()
    {
        var joined = Join(Turn([Product(1)], []), Turn([Product(2)], [Torch(1)]), Turn([], [Torch(3)]));
        Assert.Equal([0.5], Pair(joined, PeerExample.Product).Ratios);
    }

    [Fact]
    public void Sabotage_a_wrong_result_in_one_turn_is_refused_in_all()
    {
        var joined = Join(
            Turn([Product(1)], [Torch(1)]), Turn([Product() with { Reason = "C[0] is 1, not 2", Refused = true }], [Torch(1)]));
        Assert.True(Pair(joined, PeerExample.Product).Ours.Refused);
        Assert.Contains("0 held, 1 missed", Bars(joined).Text, StringComparison.Ordinal);
        Assert.Contains(Bars(joined).Table!.Rows, row => row[^1].Contains("C[0] is 1, not 2", StringComparison.Ordinal));
    }

    [Fact]
    public void Warm_data_and_prescribed_cuts_are_not_compared()
    {
        var joined = Join(Turn([Product(1).With("cache", "warm"), Product(1).With("configuration", "64x64")], [Torch(1)]));
        Assert.Empty(joined.Rows);
    }

    [Fact]
    public void What_has_neither_a_peer_nor_a_bar_is_left_out()
    {
        var joined = Join(Turn([PeerExample.Ours("Reduction.Sum", "8", 1), PeerExample.Ours(PeerExample.Norm, "8 x 8", 1)], []));
        Assert.Equal([PeerExample.Norm], joined.Rows.Select(row => row.Labels[PeerLabels.What]));
    }

    [Fact]
    public void Attention_is_also_judged_as_the_sum_of_both_directions()
    {
        var joined = Join(Turn(
            [PeerExample.Ours("Attention.Forward", "s", 1), PeerExample.Ours("Attention.Backward", "s", 3)],
            [PeerExample.Theirs("Attention.Forward", "s", 2), PeerExample.Theirs("Attention.Backward", "s", 6)]));
        var sum = Pair(joined, "Attention.Forward+Backward");
        Assert.Equal(4, sum.Ours.Seconds.Single());
        Assert.Equal([2.0], sum.Ratios);
    }

    [Fact]
    public void The_faster_copy_of_both_sides_is_the_measure()
    {
        var norm = PeerExample.Ours(PeerExample.Norm, PeerExample.NormShape, 1.1);
        var triad = PeerExample.Ours("Probe.Triad", "99", 1).With("precision", "fp32");
        var ours = Join(Turn([norm, triad], []));
        Assert.Equal("held", Verdict(ours));
        var both = Join(Turn([norm, triad], [PeerExample.Theirs("copy", "99", 0.5)]));
        Assert.Equal("MISSED", Verdict(both));

        static string Verdict(SuiteResult joined) => Bars(joined).Table!.Rows.Single(row => row[0] == PeerExample.Norm)[8];
    }

    [Fact]
    public void A_step_is_compared_and_its_families_are_not()
    {
        var step = new SuiteResult("step", Example.Environment, [PeerExample.Step(1), PeerExample.Step(0.5).With("family", "MatMul")], []);
        var joined = Join(new PeerTurn(null, step, PeerExample.Torch(PeerExample.Theirs("training step", "124M, B 32, T 1024", 2))));
        Assert.Equal([2.0], Pair(joined, "training step").Ratios);
    }

    [Fact]
    public void Two_machines_or_commits_never_meet()
    {
        var here = PeerExample.Kernels(Product(1));
        var elsewhere = Example.Environment with { Device = Example.Environment.Device with { Name = "another" } };
        var later = Example.Environment with { Commit = "another" };
        foreach (var environment in (RunEnvironment[])[elsewhere, later])
        {
            var there = PeerExample.Torch(Torch(1)) with { Environment = environment };
            Assert.Throws<GpuLmException>(() => Join(new PeerTurn(here, null, there)));
        }
    }

    [Fact]
    public void Tiny_sizes_decide_nothing()
    {
        var tiny = PeerExample.Kernels(Product(9)) with { Environment = Example.Environment with { Tiny = true } };
        var joined = Join(new PeerTurn(tiny, null, null));
        Assert.Contains("0 held, 0 missed, 0 not judged", Bars(joined).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Turns_are_read_from_numbered_folders_or_from_one()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("Measure first", Assert.Throws<GpuLmException>(() => PeerTurn.ReadAll(folder.Path)).Message, default);
        SuiteFile.Write(folder.Path, PeerExample.Kernels(Product(1)));
        Assert.Null(Assert.Single(PeerTurn.ReadAll(folder.Path)).Torch);
        SuiteFile.Write(folder["1"], PeerExample.Kernels(Product(1)));
        SuiteFile.Write(folder["2"], PeerExample.Kernels(Product(1)));
        SuiteFile.Write(folder["2"], PeerExample.Torch(Torch(1)));
        Assert.Equal([false, true], PeerTurn.ReadAll(folder.Path).Select(turn => turn.Torch is not null));
    }

    static ResultRow Product(params double[] seconds) => PeerExample.Ours(PeerExample.Product, PeerExample.ProductShape, seconds);

    static ResultRow Torch(params double[] seconds) => PeerExample.Theirs(PeerExample.Product, PeerExample.ProductShape, seconds);

    static PeerTurn Turn(ResultRow[] ours, ResultRow[] theirs) => new(PeerExample.Kernels(ours), null, PeerExample.Torch(theirs));

    static SuiteResult Join(params PeerTurn[] turns) => PeerJoin.Of(turns, Bar.All);

    static PeerPair Pair(SuiteResult joined, string what) =>
        PeerPair.Of(joined.Rows).Single(pair => pair.Ours.Labels[PeerLabels.What] == what);

    static Section Bars(SuiteResult joined) => joined.Sections[0];
}
