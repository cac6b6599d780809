using GpuLm.Devices;
using GpuLm.Kernels.Probe;
using GpuLm.TestKit;
using ILGPU.Runtime;
using Xunit;

namespace GpuLm.Tests.Devices;

public class DeviceCatalogTests
{
    [Fact]
    public void The_cpu_comes_first_and_opens_with_the_workers_asked_for()
    {
        using var catalog = new DeviceCatalog();
        Assert.Equal(DeviceKind.Cpu, catalog.Devices[0].Kind);
        using var device = catalog.Open("cpu", workers: 3);
        Assert.True(device.IsCpu);
        Assert.Equal(3, device.Workers);
        Assert.Equal(1, device.GroupSize);
    }

    [Fact]
    public void Every_listed_device_selects_itself_by_its_id()
    {
        using var catalog = new DeviceCatalog();
        foreach (var info in catalog.Devices.Where(info => info.Obstacle is null)) Assert.Same(info, catalog.Select(info.Id));
    }

    [Fact]
    public void A_device_beyond_the_last_is_refused()
    {
        using var catalog = new DeviceCatalog();
        Assert.Throws<DeviceNotFoundException>(() => catalog.Open("cuda:99"));
        Assert.Throws<DeviceNotFoundException>(() => catalog.Open("opencl:99"));
    }

    [Fact]
    public void A_divisible_device_works_with_some_of_its_multiprocessors()
    {
        var catalog = TestDevices.Catalog;
        var info = catalog.Devices.FirstOrDefault(info => info is { Kind: DeviceKind.OpenCL, IsDivisible: true, Multiprocessors: > 1 });
        if (info is null) Assert.Skip("This machine has no OpenCL device with more than one compute unit that its driver can partition.");
        for (int round = 0; round < 2; round++)
        {
            using var device = catalog.Open(info, workers: 1);
            Assert.Equal(1, device.Workers);
            var probe = new Probe(device);
            using var y = device.Allocate<float>(probe.Values);
            probe.MultiplyAdd(1, 1, 8, y.View);
            Assert.All(y.GetAsArray1D(device.Stream), value => Assert.Equal(8, value));
        }
    }

    [Fact]
    public void More_multiprocessors_than_a_device_has_are_refused()
    {
        var catalog = TestDevices.Catalog;
        var info = catalog.Devices.FirstOrDefault(info => info.Kind != DeviceKind.Cpu && info.Obstacle is null);
        if (info is null) Assert.Skip("This machine has no device but the CPU.");
        string message = Assert.Throws<DeviceNotFoundException>(() => catalog.Open(info, info.Multiprocessors + 1)).Message;
        Assert.Contains($"{info.Multiprocessors} multiprocessors", message, StringComparison.Ordinal);
        Assert.Throws<DeviceNotFoundException>(() => catalog.Open(info, -1));
    }
}
