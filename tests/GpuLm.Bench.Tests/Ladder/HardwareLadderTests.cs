using System.Xml.Linq;
using GpuLm.Bench.Ladder;
using GpuLm.Bench.Results;
using GpuLm.Bench.Tests.Reports;
using GpuLm.Models;
using GpuLm.Tests;
using Xunit;

namespace GpuLm.Bench.Tests.Ladder;

public class HardwareLadderTests
{
    static TemporaryFolder Results()
    {
        var folder = new TemporaryFolder();
        SuiteFile.Write(folder["h200"], LadderExamples.Step(LadderExamples.H200, "bf16", 300e12, 700e12));
        SuiteFile.Write(folder["cpu"], LadderExamples.Step(LadderExamples.Cpu("Example CPU", 2), "fp32", 250e9, 1));
        SuiteFile.Write(folder["other"], ReportExamples.Kernels);
        var tiny = LadderExamples.Step(LadderExamples.Unknown, "bf16", 1, 1);
        SuiteFile.Write(folder["tiny"], tiny with { Environment = tiny.Environment with { Tiny = true } });
        return folder;
    }

    [Fact]
    public void Each_device_gives_its_fastest_step_of_a_task()
    {
        using var folder = Results();
        var ladder = HardwareLadder.Read(folder.Path);
        Assert.Equal(4, ladder.Steps.Count);
        var task = Assert.Single(ladder.Tasks());
        Assert.Equal("124M, batch 32", task.Key);
        Assert.Equal([("cpu", Precision.Fp32), ("h200", Precision.Bf16)], task.Select(step => (step.Folder, step.Precision)));
        Assert.Equal([250e9, 300e12], task.Select(step => step.FlopsPerSecond), new Close());
        Assert.Equal([500e9, 700e12], task.Select(step => step.MeasuredPeak));
    }

    [Fact]
    public void The_report_has_both_what_was_measured_and_what_is_published()
    {
        using var folder = Results();
        using var output = new TemporaryFolder();
        var written = LadderReport.Write(output.Path, HardwareLadder.Read(folder.Path), AcceleratorTable.Default);
        Assert.Equal(
            ["ladder.html", "ladder.md", "ladder.png", "ladder.svg", "trends.png", "trends.svg"],
            written.Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        string text = File.ReadAllText(output["ladder.md"]);
        Assert.Empty(MarkdownCheck.Faults(text));
        Assert.Contains("NVIDIA H200", text, default);
        Assert.Empty(HtmlCheck.Faults(File.ReadAllText(output["ladder.html"])));
        Assert.True(XDocument.Load(output["ladder.svg"]).Descendants().Count() > 20);
    }

    [Fact]
    public void No_results_yet_is_no_error_and_no_folder_is()
    {
        using TemporaryFolder empty = new(), output = new();
        var ladder = HardwareLadder.Read(empty.Path);
        LadderReport.Write(output.Path, ladder, AcceleratorTable.Default);
        Assert.Contains("No training step has been measured yet", File.ReadAllText(output["ladder.md"]), default);
        Assert.Contains("There is no folder", Assert.Throws<GpuLmException>(() => HardwareLadder.Read(empty["none"])).Message, default);
    }

    sealed class Close : IEqualityComparer<double>
    {
        public bool Equals(double x, double y) => Math.Abs(x / y - 1) < 1e-9;

        public int GetHashCode(double obj) => 0;
    }
}
