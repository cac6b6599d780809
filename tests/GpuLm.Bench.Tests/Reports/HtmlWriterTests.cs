using System.Xml.Linq;
using GpuLm.Bench.Reports;
using GpuLm.Bench.Results;
using Xunit;

namespace GpuLm.Bench.Tests.Reports;

public class HtmlWriterTests
{
    static string Page(SuiteResult result) => HtmlWriter.Write(ReportExamples.Hostile, Chapter.Of(result));

    [Fact]
    public void A_page_is_well_formed_and_needs_nothing_else()
    {
        foreach (var result in ReportExamples.All) Assert.Empty(HtmlCheck.Faults(Page(result)));
        var page = XDocument.Parse(Page(ReportExamples.Kernels));
        Assert.Single(page.Descendants("img"));
        Assert.Contains("https://example.org/page", page.Descendants("a").Select(link => (string?)link.Attribute("href")));
        Assert.NotEmpty(page.Descendants("h1"));
        Assert.NotEmpty(page.Descendants("thead"));
    }

    [Fact]
    public void What_results_say_is_text_and_never_obeyed()
    {
        const string markdown =
            "![x](https://example.org/tracker.png) [y](javascript:alert(1)) <img src=\"https://example.org/a.png\" onerror=\"alert(1)\"/> "
            + "<javascript:alert(1)> [z](data:text/html,x)\n\n<script>alert(1)</script>";
        var hostile = ReportExamples.Kernels with { Sections = [new Section(ReportExamples.Hostile, markdown)] };
        string html = Page(hostile);
        Assert.Empty(HtmlCheck.Faults(html));
        string text = XDocument.Parse(html).Root!.Value;
        Assert.Contains("<script>alert(1)</script> | `a` *b* [x](javascript:alert(2))", text, default);
        Assert.Contains("onerror", text, default);
    }

    [Fact]
    public void Sabotage_a_page_that_asks_runs_or_breaks_is_found()
    {
        string[] faulty =
        [
            "<html><img src=\"https://example.org/a.png\"/></html>", "<html><script>alert(1)</script></html>",
            "<html><link rel=\"stylesheet\" href=\"https://example.org/a.css\"/></html>",
            "<html><a href=\"javascript:alert(1)\">x</a></html>", "<html><p onclick=\"alert(1)\">x</p></html>",
            "<html><style>p { background: url(x) }</style></html>", "<html><p></html>", "<html>&</html>",
        ];
        foreach (string html in faulty) Assert.NotEmpty(HtmlCheck.Faults(html));
        Assert.Empty(HtmlCheck.Faults("<html><p>x</p></html>"));
    }
}
