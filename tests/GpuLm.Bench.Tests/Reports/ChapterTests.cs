using GpuLm.Bench.Reports;
using GpuLm.Bench.Results;
using GpuLm.Bench.Tests.Results;
using Xunit;

namespace GpuLm.Bench.Tests.Reports;

public class ChapterTests
{
    static string Markdown(SuiteResult result) => MarkdownWriter.Write(Chapter.Of(result));

    [Fact]
    public void Tables_have_as_many_cells_in_each_row_as_columns()
    {
        foreach (var result in ReportExamples.All)
        {
            string text = Markdown(result);
            Assert.Empty(MarkdownCheck.Faults(text));
            Assert.True(MarkdownCheck.Tables(text) >= 2, result.Suite);
        }
    }

    [Fact]
    public void Sabotage_a_bar_in_a_cell_and_a_missing_cell_are_found()
    {
        const string good = "| a | b |\n| --- | ---: |\n| x\\|y | 1 |\n";
        Assert.Empty(MarkdownCheck.Faults(good));
        Assert.Single(MarkdownCheck.Faults(good.Replace("\\|", "|", StringComparison.Ordinal)));
        Assert.Single(MarkdownCheck.Faults(good + "| alone |\n"));
        Assert.Single(MarkdownCheck.Faults("| a | b |\n"));
    }

    [Fact]
    public void A_row_tells_time_spread_speed_share_and_bound()
    {
        var row = ReportExamples.Kernels.Rows[0];
        var table = RowTable.Of([row]);
        var cells = table.Columns.Zip(table.Rows[0]).ToDictionary(cell => cell.First.TrimStart('>'), cell => cell.Second.Text);
        Assert.Equal("MatMul.NN", cells["kernel"]);
        Assert.Equal("800 us", cells["median"]);
        Assert.Equal("1.00 %", Numbers.Percent(0.01));
        Assert.Equal("378 GFLOP/s", cells["speed"]);
        Assert.Equal("5.88 GB/s", cells["traffic"]);
        Assert.Equal("75.5 %", cells["of ceiling"]);
        Assert.Equal("compute", cells["bound by"]);
        Assert.Equal("98.0 %", cells["machine"]);
    }

    [Fact]
    public void A_refused_row_is_shown_in_bold_with_its_reason()
    {
        string text = Markdown(ReportExamples.Kernels);
        Assert.Contains("**One result was wrong, and its row refused:**", text, default);
        Assert.Contains(@"**refused: element 17 is 0.5, the oracle says 0.25 \| wrong**", text, default);
        Assert.Contains("**AdamW.Step**", text, default);
    }

    [Fact]
    public void Sabotage_a_row_that_is_not_refused_is_not_shown_as_refused()
    {
        var rows = ReportExamples.Kernels.Rows.Select(row => row with { Refused = false, Reason = row.Reason is null ? null : "not here" });
        string text = Markdown(ReportExamples.Kernels with { Rows = [.. rows] });
        Assert.DoesNotContain("refused", text, StringComparison.Ordinal);
        Assert.Contains("not here", text, default);
    }

    [Fact]
    public void The_environment_the_ceilings_and_the_instruments_are_told()
    {
        var environment = Example.Environment with
        {
            Tiny = true, Before = new Dictionary<string, double> { ["clock, MHz"] = 1980 },
            After = new Dictionary<string, double> { ["power, watts"] = 312 },
        };
        string text = Markdown(ReportExamples.Peers with { Environment = environment });
        string[] parts =
        [
            "# Peers on Example CPU", "the figures mean nothing", "2 workers", "ILGPU 1.5.3", environment.Commit, "2026-01-02 03:04 UTC",
            "| fp32 multiply-adds | 500 GFLOP/s | 490 GFLOP/s |", "| clock, MHz | 1980 |  |", "| power |  | 312 W |",
        ];
        foreach (string part in parts) Assert.Contains(part, text, default);
    }
}
