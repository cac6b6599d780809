using System.Globalization;
using GpuLm.Devices;

namespace GpuLm.Benchmarks.Harness;

/// <summary>How much data may still be in a cache after a launch.</summary>
static class LastLevelCache
{
    const string Linux = "/sys/devices/system/cpu/cpu0/cache";

    /// <summary>Where the system does not tell: more than most desktop processors have.</summary>
    const long CpuDefault = 64L << 20;

    /// <summary>Of a GPU: as much as the largest level-2 caches of data-centre GPUs (NVIDIA B200: 126 MB); a smaller one does no harm.</summary>
    const long GpuDefault = 128L << 20;

    /// <summary>Bytes of the last cache of a device, or no fewer.</summary>
    public static long Bytes(DeviceInfo device)
    {
        if (device.IsGpu) return GpuDefault;
        if (!Directory.Exists(Linux)) return CpuDefault;
        long[] sizes = [.. Directory.GetDirectories(Linux, "index*").Select(index => Path.Combine(index, "size")).Where(File.Exists)
            .Select(file => Parse(File.ReadAllText(file).Trim()))];
        return sizes.Length == 0 ? CpuDefault : sizes.Max();
    }

    /// <summary><c>32768K</c> or <c>2M</c>, as Linux writes it.</summary>
    static long Parse(string size)
    {
        long unit = size[^1] switch { 'K' => 1L << 10, 'M' => 1L << 20, 'G' => 1L << 30, _ => 1 };
        return unit * long.Parse(unit == 1 ? size : size[..^1], NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
