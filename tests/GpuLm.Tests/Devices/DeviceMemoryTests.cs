using GpuLm.Devices;
using GpuLm.Devices.Instruments;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Tests.Devices;

public sealed class DeviceMemoryTests
{
    static long? Available(string meminfo)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["proc"]);
        File.WriteAllText(folder["proc/meminfo"], meminfo);
        return DeviceMemory.AvailableOnHost(new HostFiles(folder.Path));
    }

    [Fact]
    public void Linux_says_what_is_available() =>
        Assert.Equal(23_259_064L * 1024, Available("MemTotal:       24684084 kB\nMemFree:  1 kB\nMemAvailable:   23259064 kB\n"));

    [Theory, InlineData(""), InlineData("MemAvailable:"), InlineData("MemAvailable: many kB"), InlineData("MemTotal: 5 kB")]
    public void What_is_missing_is_not_known(string meminfo) => Assert.Null(Available(meminfo));

    [Fact]
    public void Of_the_host_no_more_is_usable_than_there_is()
    {
        var info = new DeviceInfo(DeviceKind.Cpu, 0, "cpu", "", IsGpu: false, 2, 1, 1, 0, MemoryBytes: 1000, []);
        Assert.Equal(1000, DeviceMemory.UsableBytes(info, TestDevices.Get("cpu")));
        long usable = DeviceMemory.UsableBytes(info with { MemoryBytes = long.MaxValue }, TestDevices.Get("cpu"));
        Assert.InRange(usable, 1 << 20, long.MaxValue);
    }

    [Fact]
    public void Of_a_GPU_whose_driver_does_not_tell_a_share_is_usable()
    {
        var info = new DeviceInfo(DeviceKind.OpenCL, 0, "gpu", "", IsGpu: true, 2, 1, 1, 0, MemoryBytes: 1000, []);
        Assert.Equal(930, DeviceMemory.UsableBytes(info, TestDevices.Get("cpu")));
    }
}
