using System.Globalization;
using GpuLm.Devices;
using Xunit;

namespace GpuLm.Tests.Devices;

/// <summary>The size of the last-level caches, from files that stand in for Linux's.</summary>
public sealed class HostCacheTests : IDisposable
{
    readonly TemporaryFolder root = new();

    public void Dispose() => root.Dispose();

    [Fact]
    public void The_last_level_counts_once_for_the_processors_that_share_it()
    {
        for (int processor = 0; processor < 4; processor++)
        {
            Cache(processor, 0, level: 1, "32K", processor.ToString(CultureInfo.InvariantCulture));
            Cache(processor, 3, level: 3, "32768K", processor < 2 ? "0-1" : "2-3");
        }
        Assert.Equal(64L << 20, HostCache.Bytes(root.Path));
    }

    [Fact]
    public void Without_a_third_level_the_second_is_the_last()
    {
        Cache(0, 0, level: 1, "64K", "0");
        Cache(0, 1, level: 2, "4M", "0-3");
        Assert.Equal(4L << 20, HostCache.Bytes(root.Path));
    }

    [Fact]
    public void A_system_that_tells_nothing_has_the_default() => Assert.Equal(HostCache.DefaultBytes, HostCache.Bytes(root.Path));

    [Fact]
    public void Sabotage_a_size_that_is_no_number_is_passed_over()
    {
        Cache(0, 3, level: 3, "large", "0");
        Assert.Equal(HostCache.DefaultBytes, HostCache.Bytes(root.Path));
    }

    [Fact]
    public void Every_device_of_this_machine_has_a_cache()
    {
        using var catalog = new DeviceCatalog();
        Assert.All(catalog.Devices, device => Assert.InRange(device.CacheBytes, 1 << 15, 1L << 36));
    }

    void Cache(int processor, int index, int level, string size, string processors)
    {
        string folder = $"sys/devices/system/cpu/cpu{processor}/cache/index{index}/";
        Write(folder + "level", level.ToString(CultureInfo.InvariantCulture));
        Write(folder + "size", size);
        Write(folder + "shared_cpu_list", processors);
    }

    void Write(string path, string text) => root.Write(path, System.Text.Encoding.ASCII.GetBytes(text + "\n"));
}
