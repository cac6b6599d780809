using GpuLm.Bench.Results;
using GpuLm.Devices;
using GpuLm.Kernels.Common;
using GpuLm.Models;

namespace GpuLm.Benchmarks.Harness;

/// <summary>What one call must do at least.</summary>
/// <param name="Flops">Floating-point operations of its formula.</param>
/// <param name="Bytes">Bytes that move when every input is read once and every output written once.</param>
public sealed record Work(double Flops, double Bytes)
{
    /// <summary>The work of a kernel by the catalog.</summary>
    public static Work Of(string kernel, KernelSizes sizes)
    {
        var entry = KernelCatalog.Find(kernel);
        return new Work(entry.Flops(sizes), entry.Bytes(sizes));
    }

    /// <summary>
    /// The least seconds of one call by what the device was measured to reach, and which of its ceilings makes them. A warm call may find
    /// its data in a cache, whose speed is not measured: memory is no floor to it.
    /// </summary>
    /// <param name="peaks">The device's ceilings.</param>
    /// <param name="products">The precision of the products that the work consists of; fp32 where it is no products.</param>
    /// <param name="cold">Whether all bytes come from memory.</param>
    public (double Seconds, Bound Bound) Floor(DevicePeaks peaks, Precision products, bool cold)
    {
        double peak = peaks.FlopsPerSecondIn(products);
        var ceilings = new (double Seconds, Bound Bound)[]
        {
            (double.IsNaN(peak) ? 0 : Flops / peak, Bound.Compute),
            (cold ? Bytes / peaks.BytesPerSecond : 0, Bound.Memory),
            (peaks.LaunchSeconds, Bound.Launch),
        };
        return ceilings.MaxBy(ceiling => ceiling.Seconds);
    }
}
