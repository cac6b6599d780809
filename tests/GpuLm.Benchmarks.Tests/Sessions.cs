using GpuLm.Bench;
using GpuLm.Benchmarks.Harness;
using GpuLm.Devices;
using Xunit;

namespace GpuLm.Benchmarks.Tests;

/// <summary>Sessions at tiny sizes on the CPU.</summary>
static class Sessions
{
    static readonly DevicePeaks AnyPeaks = new(1e11, 1e11, 1e10, 1e10, 1e-5);
    static readonly DeviceCatalog Catalog = new();

    public static BenchOptions Options(CancellationToken? cancellation = null) => new(
        Catalog, Catalog.Select("cpu"), Effort.Tiny, "test", _ => { }, cancellation ?? TestContext.Current.CancellationToken);

    public static KernelSession OnCpu(Target? target = null, CancellationToken? cancellation = null)
    {
        var options = Options(cancellation);
        return new(options, options.Open(), AnyPeaks) { Target = target ?? Targets.Cpu };
    }
}
