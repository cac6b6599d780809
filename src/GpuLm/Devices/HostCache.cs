using System.Globalization;
using GpuLm.Devices.Instruments;

namespace GpuLm.Devices;

/// <summary>The size of the host's last-level caches.</summary>
static class HostCache
{
    /// <summary>Assumed where the system does not tell: as much as the larger desktop processors have.</summary>
    public const long DefaultBytes = 32L << 20;

    /// <summary>All caches of the last level together: what a working set must exceed to come from memory.</summary>
    /// <param name="root">Where <c>sys</c> lies.</param>
    public static long Bytes(string root = "/")
    {
        var files = new HostFiles(root);
        var caches = files.Folders("sys/devices/system/cpu", "cpu?*")
            .SelectMany(processor => files.Folders(Path.Combine(processor, "cache"), "index*"))
            .Select(cache => (
                Level: files.Number(Path.Combine(cache, "level")) ?? 0, Processors: files.Line(Path.Combine(cache, "shared_cpu_list")),
                Bytes: Size(files.Line(Path.Combine(cache, "size")))))
            .Where(cache => cache.Bytes > 0).Distinct().ToList();
        if (caches.Count == 0) return DefaultBytes;
        double last = caches.Max(cache => cache.Level);
        return caches.Where(cache => cache.Level == last).Sum(cache => cache.Bytes);
    }

    /// <summary>Bytes of a size such as <c>32768K</c>; 0 where it is none.</summary>
    static long Size(string? text)
    {
        if (string.IsNullOrEmpty(text)) return 0;
        int shift = text[^1] switch { 'K' => 10, 'M' => 20, 'G' => 30, _ => 0 };
        return long.TryParse(text.TrimEnd('K', 'M', 'G'), NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number << shift : 0;
    }
}
