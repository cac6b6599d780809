using System.Text;
using System.Xml.Linq;
using GpuLm.Bench.Reports;
using GpuLm.Bench.Results;
using GpuLm.Tests;
using Xunit;

namespace GpuLm.Bench.Tests.Reports;

public class ReportFolderTests
{
    [Fact]
    public void All_suites_become_tables_pictures_and_a_page()
    {
        using var folder = new TemporaryFolder();
        foreach (var suite in ReportExamples.All) SuiteFile.Write(folder.Path, suite);
        string[] written = [.. ReportFolder.Write(folder.Path).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        string[] pictures =
            ["peers", "roofline", "scaling-batch", "scaling-precision", "scaling-workers", "step-families-124m"];
        string[] expected =
        [
            "environment.json", "kernels.md", "peers.md", "report.html", "scaling.md", "step.md",
            .. pictures.SelectMany(name => new[] { name + ".png", name + ".svg" }),
        ];
        Assert.Equal(expected.Order(StringComparer.Ordinal), written);
        foreach (string name in pictures)
        {
            byte[] png = File.ReadAllBytes(folder[name + ".png"]);
            Assert.True(png.Length > 5000 && png.AsSpan(1, 3).SequenceEqual("PNG"u8), name);
            var svg = XDocument.Load(folder[name + ".svg"]);
            Assert.True(svg.Descendants().Count() > 20, name);
        }
    }
}
