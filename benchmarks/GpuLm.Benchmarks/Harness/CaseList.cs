using GpuLm.Bench;
using GpuLm.Kernels.Common;
using GpuLm.Models;

namespace GpuLm.Benchmarks.Harness;

/// <summary>Which cases of a benchmark are measured on a device.</summary>
public static class CaseList
{
    /// <summary>Copies of a call's buffers whose sum is more than twice a cache.</summary>
    /// <param name="bytes">What one call moves.</param>
    /// <param name="cacheBytes">What the cache holds.</param>
    public static int Copies(double bytes, long cacheBytes) => 1 + (int)(2 * cacheBytes / bytes);

    /// <summary>
    /// Each shape of each workload in each precision and configuration that the device has: warm and cold where its data fits into a
    /// cache, and once, cold, where it does not.
    /// </summary>
    public static IEnumerable<KernelCase> Of(KernelBenchmark benchmark, Target target, Effort effort)
    {
        ArgumentNullException.ThrowIfNull(benchmark);
        int shapes = effort == Effort.Full ? int.MaxValue : benchmark.QuickShapes;
        var cases = from workload in Workload.Of(target, effort)
                    where benchmark.IsUsedBy(workload.Model)
                    from sizes in benchmark.Shapes(workload, target).Take(shapes)
                    from precision in benchmark.Precisions
                    from configuration in benchmark.Configurations(precision, target)
                    from cold in new[] { false, true }
                    let @case = new KernelCase(benchmark.Kernel, workload.Model.Name, sizes, precision, configuration, cold)
                    where benchmark.Launched(@case, target).All(name => target.Runs(KernelCatalog.Find(name)))
                    let fits = benchmark.Work(@case, target).Bytes <= target.CacheBytes
                    where cold ? !fits || !workload.WarmOnly : fits
                    select @case;
        // Models share shapes; at tiny sizes one of each variant shows that it works.
        return effort == Effort.Tiny
            ? cases.DistinctBy(@case => (@case.Precision, @case.Configuration))
            : cases.DistinctBy(@case => @case.Name);
    }
}
