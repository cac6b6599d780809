using BenchmarkDotNet.Attributes;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Probe;
using GpuLm.Reference;
using ILGPU;

namespace GpuLm.Benchmarks;

/// <summary>The probes that a device's peaks are measured with.</summary>
public class ProbeBenchmarks : OpBenchmark
{
    ArrayView<float> a, b, y;
    Probe probe = null!;

    /// <summary>Elements of each array.</summary>
    [Params(1 << 24)]
    public int Length { get; set; }

    public override KernelSizes? Sizes => new(Length, 1);

    protected override void Prepare()
    {
        (a, b, y) = (Input(Length), Input(Length), Output(Length));
        probe = new Probe(Device);
        Triad();
    }

    protected override void Verify()
    {
        const int sample = 1000;
        var expected = ProbeReference.Triad(Read(a.SubView(Length - sample, sample)), Read(b.SubView(Length - sample, sample)), 3);
        var actual = Read(y.SubView(Length - sample, sample));
        for (int i = 0; i < sample; i++)
        {
            Require(actual[i], expected.Value[i], 8 * expected.Magnitude[i] / (1 << 24), $"y[{Length - sample + i}]");
        }
    }

    [Benchmark, Kernel("Probe.Triad")]
    public void Triad()
    {
        probe.Triad(a, b, 3, Length, y);
        Device.Synchronize();
    }

    /// <summary>What a launch itself costs.</summary>
    [Benchmark]
    public void EmptyLaunch()
    {
        probe.MultiplyAdd(1, 1, 0, y);
        Device.Synchronize();
    }
}
