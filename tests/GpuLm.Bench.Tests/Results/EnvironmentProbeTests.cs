using System.Text.Json;
using GpuLm.Bench.Results;
using GpuLm.Devices;
using GpuLm.Tests;
using Xunit;

namespace GpuLm.Bench.Tests.Results;

/// <summary>Where, with what and when, as a run describes it.</summary>
public class EnvironmentProbeTests
{
    [Fact]
    public void A_run_on_this_machine_is_described_in_full()
    {
        using var catalog = new DeviceCatalog();
        var options = new BenchOptions(catalog, catalog.Select("cpu"), Effort.Tiny, "the command", _ => { }, CancellationToken.None);
        using var device = options.Open(workers: 1);
        var environment = EnvironmentProbe.End(EnvironmentProbe.Begin(options, device, Example.Environment.Peaks));
        Assert.Equal(options.Device, environment.Device);
        Assert.Equal(1, environment.Workers);
        Assert.Equal("the command", environment.Command);
        Assert.True(environment.Tiny);
        Assert.NotEmpty(environment.Processor);
        Assert.Equal("1.5.3", environment.Software["ILGPU"]);
        Assert.Equal(Environment.Version.ToString(), environment.Software[".NET"]);
        Assert.Matches("^([0-9a-f]{40}|unknown)$", environment.Commit);
        Assert.Equal(OperatingSystem.IsLinux(), environment.Before.ContainsKey("load average"));
        Assert.Equal(environment.Before.Keys, environment.After.Keys);
        Assert.InRange(DateTimeOffset.UtcNow - environment.Date, TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void The_file_holds_what_was_described()
    {
        using var folder = new TemporaryFolder();
        EnvironmentFile.Write(folder["device"], Example.Environment);
        using var json = JsonDocument.Parse(File.ReadAllText(folder["device/environment.json"]));
        Assert.Equal(Example.Environment.Commit, json.RootElement.GetProperty("commit").GetString());
        Assert.Equal("Cpu", json.RootElement.GetProperty("device").GetProperty("kind").GetString());
    }

    [Theory]
    [InlineData(DeviceKind.Cpu, "AMD EPYC family 25 model 17", 2, "amd-epyc-family-25-model-17-2-cores")]
    [InlineData(DeviceKind.Cpu, "AMD Ryzen 9 7950X 16-Core Processor", 32, "amd-ryzen-9-7950x-32-cores")]
    [InlineData(DeviceKind.Cpu, "Intel(R) Core(TM) i7-9700K CPU @ 3.60GHz", 8, "intel-core-i7-9700k-8-cores")]
    [InlineData(DeviceKind.Cuda, "NVIDIA H100 80GB HBM3", 132, "nvidia-h100-80gb-hbm3")]
    [InlineData(DeviceKind.OpenCL, "NVIDIA H100 80GB HBM3", 132, "nvidia-h100-80gb-hbm3-opencl")]
    public void Results_of_a_machine_lie_in_a_folder_of_its_name(DeviceKind kind, string name, int multiprocessors, string folder)
    {
        var device = Example.Environment.Device with { Kind = kind, Name = name, Multiprocessors = multiprocessors };
        Assert.Equal(folder, DeviceSlug.Of(Example.Environment with { Device = device, Workers = 1 }));
    }
}
