using BenchmarkDotNet.Attributes;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Probe;
using GpuLm.Reference;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Benchmarks;

/// <summary>The probes that device peaks are measured with.</summary>
public class ProbeBenchmarks
{
    ComputeDevice device = null!;
    Probe probe = null!;
    MemoryBuffer1D<float, Stride1D.Dense> a = null!, b = null!, y = null!;

    [Params(1 << 24)]
    public int Rows { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        device = BenchmarkDevice.Open();
        probe = new Probe(device);
        var values = BenchmarkDevice.Values(Rows);
        a = device.Accelerator.Allocate1D(values);
        b = device.Accelerator.Allocate1D(values);
        y = device.Allocate<float>(Rows);
        Triad();
        BenchmarkDevice.Verify(y.GetAsArray1D(), ProbeReference.Triad(values, values, 3), terms: 2);
    }

    [Benchmark, Kernel("Probe.Triad")]
    public void Triad()
    {
        probe.Triad(a.View, b.View, 3, Rows, y.View);
        device.Synchronize();
    }

    [Benchmark]
    public void EmptyLaunch()
    {
        probe.MultiplyAdd(1, 1, 0, y.View);
        device.Synchronize();
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        a.Dispose();
        b.Dispose();
        y.Dispose();
        device.Dispose();
    }
}
