using GpuLm.Bench;
using GpuLm.Kernels.Common;
using GpuLm.Models;

namespace GpuLm.Benchmarks.Harness;

/// <summary>Which cases of a benchmark are measured on a device.</summary>
public static class CaseList
{
    static readonly bool[] WarmAndCold = [false, true];

    /// <summary>A call that moves fewer bytes is all launch, wherever they come from.</summary>
    const int LeastCold = 1 << 16;

    /// <summary>Copies of a call's buffers whose sum is more than twice a cache.</summary>
    /// <param name="bytes">What one call moves.</param>
    /// <param name="cacheBytes">What the cache holds.</param>
    public static int Copies(double bytes, long cacheBytes) => 1 + (int)(2 * cacheBytes / bytes);

    /// <summary>
    /// Each shape of each workload in each precision and configuration that the device has: warm and cold where its data fits well
    /// into a cache, and once, cold, where it does not.
    /// </summary>
    public static IEnumerable<KernelCase> Of(KernelBenchmark benchmark, Target target, Effort effort)
    {
        int shapes = effort == Effort.Full ? int.MaxValue : benchmark.QuickShapes;
        var cases = from workload in Workload.Of(target, effort)
                    where benchmark.IsUsedBy(workload.Model)
                    from sizes in benchmark.Shapes(workload, target).Take(shapes)
                    from precision in benchmark.Precisions
                    where precision == Precision.Fp32 || target.HasTensorCores
                    from configuration in benchmark.Configurations(precision, target)
                    from cold in WarmAndCold
                    let measured = new KernelCase(benchmark.Kernel, workload.Model.Name, sizes, precision, configuration, cold)
                    where benchmark.Has(measured, target)
                    where benchmark.Launched(measured, target).All(name => target.Runs(KernelCatalog.Find(name)))
                    let bytes = benchmark.Work(measured, target).Bytes
                    let fits = bytes <= target.CacheBytes / 2
                    where cold ? !fits || (!workload.WarmOnly && bytes >= LeastCold) : fits
                    select measured;
        // Models share shapes; at tiny sizes one of each variant shows that it works.
        return effort == Effort.Tiny
            ? cases.DistinctBy(Variant)
            : cases.DistinctBy(measured => measured.Name);

        (Precision, string?, string) Variant(KernelCase measured) =>
            (measured.Precision, measured.Configuration, string.Join(' ', benchmark.Launched(measured, target)));
    }
}
