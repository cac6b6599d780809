using GpuLm.Devices;
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
}
