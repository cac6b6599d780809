using System.Xml.Linq;
using GpuLm.Bench.Reports;
using GpuLm.Bench.Results;
using GpuLm.Tests;
using Xunit;

namespace GpuLm.Bench.Tests.Reports;

public class ReportFolderTests
{
    static readonly string[] Pictures =
        ["peers", "roofline", "scaling-batch", "scaling-precision", "scaling-workers", "step-families-124m"];

    [Fact]
    public void All_suites_become_tables_pictures_and_a_page()
    {
        using var folder = new TemporaryFolder();
        foreach (var suite in ReportExamples.All) SuiteFile.Write(folder.Path, suite);
        var written = ReportFolder.Write(folder.Path).Select(path => Path.GetFileName(path));
        string[] expected =
        [
            "environment.json", "kernels.md", "peers.md", "report.html", "scaling.md", "step.md",
            .. Pictures.SelectMany(name => new[] { name + ".png", name + ".svg" }),
        ];
        Assert.Equal(expected.Order(StringComparer.Ordinal), written.Order(StringComparer.Ordinal));
        foreach (string name in Pictures)
        {
            byte[] png = File.ReadAllBytes(folder[name + ".png"]);
            Assert.True(png.Length > 5000 && png.AsSpan(1, 3).SequenceEqual("PNG"u8), name);
            Assert.True(XDocument.Load(folder[name + ".svg"]).Descendants().Count() > 20, name);
        }
    }

    [Fact]
    public void The_same_results_make_the_same_bytes()
    {
        using TemporaryFolder first = new(), second = new();
        foreach (var folder in (TemporaryFolder[])[first, second])
        {
            SuiteFile.Write(folder.Path, ReportExamples.Kernels);
            ReportFolder.Write(folder.Path);
        }
        foreach (string file in Directory.GetFiles(first.Path).Select(path => Path.GetFileName(path)))
        {
            Assert.True(File.ReadAllBytes(first[file]).SequenceEqual(File.ReadAllBytes(second[file])), file);
        }
    }

    [Fact]
    public void One_suite_is_enough_and_the_environment_that_lies_there_stays()
    {
        using var folder = new TemporaryFolder();
        SuiteFile.Write(folder.Path, ReportExamples.Peers);
        folder.Write(EnvironmentFile.Name, "mine"u8);
        ReportFolder.Write(folder.Path);
        Assert.Equal("mine", File.ReadAllText(folder[EnvironmentFile.Name]));
        Assert.False(File.Exists(folder["kernels.md"]));
    }

    [Fact]
    public void Missing_and_garbled_results_are_one_message()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("holds no results", Message(), default);
        folder.Write("step.json", "{ \"suite\": "u8);
        Assert.Contains("step.json is no result", Message(), default);
        Assert.Equal(["step.json"], Directory.GetFiles(folder.Path).Select(path => Path.GetFileName(path)));

        string Message() => Assert.Throws<GpuLmException>(() => ReportFolder.Write(folder.Path)).Message;
    }
}
