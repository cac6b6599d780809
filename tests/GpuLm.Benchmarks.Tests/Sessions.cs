using GpuLm.Bench;
using GpuLm.Benchmarks.Harness;
using GpuLm.Devices;
using GpuLm.Kernels.Common;
using Xunit;

namespace GpuLm.Benchmarks.Tests;

/// <summary>Sessions at tiny sizes.</summary>
static class Sessions
{
    static readonly DevicePeaks AnyPeaks = new(1e11, 1e11, 1e10, 1e10, 1e-5);
    static readonly DeviceCatalog Catalog = new();

    public static BenchOptions Options(CancellationToken? cancellation = null) =>
        new(Catalog, Catalog.Select("cpu"), Effort.Tiny, "test", _ => { }, cancellation ?? TestContext.Current.CancellationToken);

    public static KernelSession OnCpu(CancellationToken? cancellation = null) => On(Options(cancellation).Open(), cancellation);

    public static KernelSession On(ComputeDevice device, CancellationToken? cancellation = null) =>
        new(Options(cancellation), device, AnyPeaks);
}
