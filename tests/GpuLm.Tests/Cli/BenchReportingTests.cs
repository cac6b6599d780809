using System.Text.Json;
using GpuLm.Bench.Results;
using GpuLm.Devices;
using Xunit;

namespace GpuLm.Tests.Cli;

/// <summary>The commands of <c>gpulm bench</c> that measure nothing: report, ladder, project.</summary>
public class BenchReportingTests
{
    [Fact]
    public void Report_writes_beside_the_results_and_names_what_it_wrote()
    {
        using var folder = new TemporaryFolder();
        WriteStep(folder.Path);
        var run = CliRun.Of("bench", "report", folder.Path);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        foreach (string path in run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)) Assert.True(File.Exists(path.Trim()), path);
        Assert.Contains("report.html", run.Out, default);
    }

    [Fact]
    public void Report_of_a_folder_without_results_is_one_message()
    {
        using var folder = new TemporaryFolder();
        var run = CliRun.Of("bench", "report", folder.Path);
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("error: ", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.Trim().Split('\n'));
    }

    [Fact]
    public void Ladder_shows_the_measured_step_and_writes_its_files()
    {
        using TemporaryFolder results = new(), output = new();
        WriteStep(results["mine"]);
        var run = CliRun.Of("bench", "ladder", "--results", results.Path, "--out", output.Path);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Example CPU", run.Out, default);
        Assert.True(File.Exists(output["ladder.md"]) && File.Exists(output["ladder.svg"]));
        using var json = JsonDocument.Parse(CliRun.Of("bench", "ladder", "--results", results.Path, "--json").Out);
        Assert.Equal(100, json.RootElement.GetProperty("measured")[0].GetProperty("tokensPerSecond").GetDouble(), 1e-9);
    }

    [Fact]
    public void Project_takes_the_utilization_of_a_folder_and_draws()
    {
        using var folder = new TemporaryFolder();
        WriteStep(folder.Path);
        var run = CliRun.Of(
            "bench", "project", "--flops", "1e21", "--precision", "fp32", "--from", folder.Path, "--json", "--out", folder["p.svg"]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        using var json = JsonDocument.Parse(run.Out);
        var ryzen = json.RootElement.GetProperty("projected").EnumerateArray()
            .Single(one => one.GetProperty("accelerator").GetString() == "Ryzen 9 7950X");
        // 0.2 of the measured peak: 1e21 / (2.304e12 x 0.2).
        Assert.Equal("transferred", ryzen.GetProperty("utilizationIs").GetString());
        Assert.Equal(1e21 / (2.304e12 * 0.2), ryzen.GetProperty("seconds").GetDouble(), 1e3);
        Assert.True(File.Exists(folder["p.svg"]));
    }

    [Fact]
    public void Project_multiplies_parameters_and_tokens()
    {
        using var folder = new TemporaryFolder();
        WriteStep(folder.Path);
        string[] common = ["bench", "project", "--from", folder.Path, "--json"];
        string whole = CliRun.Of([.. common, "--flops", "6e18"]).Out;
        Assert.Equal(whole, CliRun.Of([.. common, "--parameters", "1e8", "--tokens", "1e10"]).Out);
    }

    [Theory]
    [InlineData(2, "Give either --flops, or both")]
    [InlineData(2, "Give either --flops, or both", "--flops", "1", "--tokens", "1")]
    [InlineData(2, "Give either --flops, or both", "--parameters", "1")]
    [InlineData(2, "--utilization takes", "--flops", "1", "--utilization", "2")]
    [InlineData(1, "no-such-folder", "--flops", "1", "--from", "no-such-folder")]
    [InlineData(1, ".png or .svg", "--flops", "1", "--out", "p.gif")]
    public void Project_says_what_is_wrong(int exitCode, string message, params string[] arguments)
    {
        var run = CliRun.Of(["bench", "project", .. arguments]);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(message, run.Error, default);
    }

    [Fact]
    public void Usage_errors_name_the_whole_command() =>
        Assert.Contains("'gpulm bench project --help'", CliRun.Of("bench", "project", "--no-such").Error, default);

    static void WriteStep(string folder) => SuiteFile.Write(folder, new SuiteResult(
        "step",
        new RunEnvironment
        {
            Device = new DeviceInfo(DeviceKind.Cpu, 0, "Example CPU", ".NET 10", false, 2, 1, 1, 0, 1L << 34, []), Workers = 2,
            Peaks = new DevicePeaks(500e9, 490e9, 60e9, 58e9, 35e-6), Processor = "Example CPU", System = "Example OS",
            Software = new Dictionary<string, string>(), Commit = "0123", Date = DateTimeOffset.UnixEpoch, Command = "example",
        },
        [
            new ResultRow
            {
                Name = "124M", Labels = new Dictionary<string, string> { ["model"] = "124M" }, Tokens = 1000, Flops = 1e12,
                Seconds = [10, 10, 10],
            },
        ],
        []));
}
