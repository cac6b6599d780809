using Xunit;

namespace GpuLm.Proof.Tests;

/// <summary>The verdicts.</summary>
public class TableTests
{
    static readonly CaseSpec Product = new("product", "matmul", "NN", [8, 8, 8]), Norm = new("norm", "layernorm", "forward", [8, 8]),
        Copy = new("copy", "copy", "", [8]);
    static readonly CaseList List = new(
        new Dictionary<string, Bar> { ["matmul"] = new(Bar.PyTorch, 0.6, 1), ["layernorm"] = new(Bar.Copy, 0.8, 0.92) },
        [Copy, Product, Norm]);
    static readonly CaseResult OurCopy = new(1, "copy", "8", "fp32", 1, 1, 1, 3, Rate: 100, Unit: "GB/s");

    [Theory]
    [InlineData(1.0, "held, the aim too", true)]
    [InlineData(1.6, "held", true)]
    [InlineData(1.7, "**missed**", false)]
    public void A_product_is_judged_by_its_time_beside_PyTorchs(double milliseconds, string remark, bool held)
    {
        var row = Row.Of(List, Product, Ours(Timed("product", "8x8x8", milliseconds)), Torch(Timed("product", "8x8x8", 1)));
        Assert.Equal((remark, held ? Verdict.Held : Verdict.Missed), (row.Remark, row.Verdict));
    }

    [Theory]
    [InlineData(95, "held, the aim too", true)]
    [InlineData(80, "held", true)]
    [InlineData(79, "**missed**", false)]
    public void A_norm_is_judged_by_its_share_of_the_copys_bytes(double rate, string remark, bool held)
    {
        var row = Row.Of(List, Norm, Ours(OurCopy, Timed("norm", "8x8", 1) with { Rate = rate }), null);
        Assert.Equal((remark, held ? Verdict.Held : Verdict.Missed), (row.Remark, row.Verdict));
    }

    [Fact]
    public void The_faster_copy_of_both_sides_is_the_measure()
    {
        var row = Row.Of(List, Norm, Ours(OurCopy, Timed("norm", "8x8", 1) with { Rate = 95 }), Torch(OurCopy with { Rate = 200 }));
        Assert.Equal(Verdict.Missed, row.Verdict);
    }

    [Fact]
    public void A_ratio_is_the_median_over_rounds()
    {
        CaseResult Round(int round, double milliseconds) => Timed("product", "8x8x8", milliseconds) with { Round = round };
        var row = Row.Of(List, Product, Ours(Round(1, 1), Round(2, 2)), Torch(Round(1, 0.5), Round(2, 1.8)));
        Assert.Equal([0.5, 0.9], row.Ratios);
        Assert.Contains("| 0.70 | 0.50 to 0.90 |", row.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Sabotage_a_case_that_the_report_lacks_is_named()
    {
        string table = Table.Markdown(List, Ours(OurCopy), Torch(Timed("product", "8x8x8", 1)));
        Assert.Contains("| product | 8x8x8 |", table, StringComparison.Ordinal);
        Assert.Contains("**missing**: GpuLm's report lacks this case", table, StringComparison.Ordinal);
        Assert.Contains("0 held, 0 missed, 2 not judged", table, StringComparison.Ordinal);
    }

    [Fact]
    public void Sabotage_a_wrong_result_in_one_round_misses_the_bar()
    {
        var good = Timed("product", "8x8x8", 1);
        var row = Row.Of(List, Product, Ours(good, (good with { Round = 2 }).Refuse("C[0] is 1, not 2")), Torch(good));
        Assert.Equal(Verdict.Missed, row.Verdict);
        Assert.Contains("C[0] is 1, not 2", row.Remark, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_compared_is_not_judged()
    {
        var good = Timed("product", "8x8x8", 1);
        Assert.Contains("fp32 against bf16", Remark(Ours(good with { Precision = "fp32" }), Torch(good)), StringComparison.Ordinal);
        Assert.Contains("PyTorch's report lacks", Remark(Ours(good), Torch()), StringComparison.Ordinal);
        Assert.Contains("no memory", Remark(Ours(good), Torch(good with { Reason = "no memory" })), StringComparison.Ordinal);
        string absent = Remark(Ours(good with { Reason = "no launcher" }), Torch(good));
        Assert.Contains("not available: no launcher", absent, StringComparison.Ordinal);
        Assert.Contains("other sizes", Remark(Ours(good with { Shape = "4x4x4" }), Torch(good)), StringComparison.Ordinal);

        static string Remark(Report ours, Report torch)
        {
            var row = Row.Of(List, Product, ours, torch);
            Assert.Equal(Verdict.NotJudged, row.Verdict);
            return row.Remark;
        }
    }

    [Fact]
    public void The_built_list_has_a_bar_for_every_operation_but_the_copy()
    {
        var list = CaseList.Built;
        Assert.Equal(["copy"], list.Cases.Select(spec => spec.Op).Distinct().Except(list.Bars.Keys));
        Assert.Equal(list.Cases.Count, list.Cases.Select(spec => spec.Name).Distinct().Count());
        Assert.All(list.Bars.Values, bar => Assert.True(bar.Least < bar.Aim && bar.Against is Bar.PyTorch or Bar.Copy));
    }

    static CaseResult Timed(string name, string shape, double milliseconds) =>
        new(1, name, shape, "bf16", milliseconds, milliseconds, milliseconds, 3, 1 / milliseconds, "TFLOP/s");

    static Report Ours(params CaseResult[] results) => new("GpuLm", new Machine("d", "s", "c", "t", "x"), results);

    static Report Torch(params CaseResult[] results) => new("PyTorch", new Machine("d", "s", "c", "t", "x"), results);
}
