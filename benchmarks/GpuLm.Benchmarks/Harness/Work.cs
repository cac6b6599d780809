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
    /// The least seconds of one call by what the device was measured to reach, and which of its ceilings makes them.
    /// </summary>
    /// <param name="peaks">The device's ceilings.</param>
    /// <param name="products">The precision of the products that the work consists of; fp32 where it is no products.</param>
    /// <param name="bytesPerSecond">Of what the call's data lies in: memory, or a cache.</param>
    public (double Seconds, Bound Bound) Floor(DevicePeaks peaks, Precision products, double bytesPerSecond)
    {
        double peak = peaks.FlopsPerSecondIn(products);
        var ceilings = new (double Seconds, Bound Bound)[]
        {
            (double.IsNaN(peak) ? 0 : Flops / peak, Bound.Compute),
            (Bytes / bytesPerSecond, Bound.Memory),
            (peaks.LaunchSeconds, Bound.Launch),
        };
        return ceilings.MaxBy(ceiling => ceiling.Seconds);
    }
}
