using System.Text.Json;
using GpuLm.Bench.Results;
using GpuLm.Devices;
using Xunit;

namespace GpuLm.Tests.Cli;

public class CompareCommandTests
{
    static readonly double[] Calm = [1, 1.001, 0.999, 1.002, 0.998, 1, 1.001, 0.999, 1];

    [Fact]
    public void A_slower_row_fails_only_where_that_was_asked_for()
    {
        using var folder = new TemporaryFolder();
        string old = Write(folder["old"], 1), slower = Write(folder["new"], 1.5);
        var run = CliRun.Of("bench", "compare", old, slower);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("slower", run.Out, StringComparison.Ordinal);
        Assert.Equal(1, CliRun.Of("bench", "compare", old, slower, "--fail-on-slower").ExitCode);
        Assert.Equal(0, CliRun.Of("bench", "compare", slower, old, "--fail-on-slower").ExitCode);
    }

    [Fact]
    public void It_writes_json_and_markdown()
    {
        using var folder = new TemporaryFolder();
        string old = Write(folder["old"], 1), slower = Write(folder["new"], 1.5);
        using var json = JsonDocument.Parse(CliRun.Of("bench", "compare", old, slower, "--json").Out);
        Assert.Equal("a", json.RootElement[0].GetProperty("rows")[0].GetProperty("name").GetString());
        Assert.Contains("| a | slower |", CliRun.Of("bench", "compare", old, slower, "--markdown").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_machine_and_a_missing_result_are_errors()
    {
        using var folder = new TemporaryFolder();
        string old = Write(folder["old"], 1), other = Write(folder["other"], 1, "Other CPU");
        var run = CliRun.Of("bench", "compare", old, other);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("processor: Example CPU and Other CPU", run.Error, StringComparison.Ordinal);
        Assert.Equal(1, CliRun.Of("bench", "compare", old, folder["none"]).ExitCode);
        Assert.Equal(2, CliRun.Of("bench", "compare", old).ExitCode);
        Assert.Equal(2, CliRun.Of("bench", "scaling", "--sweep", "workers,x").ExitCode);
    }

    static string Write(string folder, double factor, string processor = "Example CPU")
    {
        var environment = new RunEnvironment
        {
            Device = new DeviceInfo(DeviceKind.Cpu, 0, "Example CPU", ".NET 10", false, 2, 1, 1, 0, 1L << 34, ["AVX2"]),
            Workers = 2, Peaks = new DevicePeaks(500e9, 490e9, 60e9, 58e9, 35e-6), Processor = processor, System = "Example OS",
            Software = new Dictionary<string, string>(), Commit = "0123456789abcdef", Date = DateTimeOffset.UnixEpoch, Command = "example",
        };
        var row = new ResultRow
        {
            Name = "a", Labels = new Dictionary<string, string>(), MachineSpeed = 1,
            Seconds = [.. Calm.Select(seconds => factor * seconds)],
        };
        SuiteFile.Write(folder, new SuiteResult("step", environment, [row], []));
        return folder;
    }
}
