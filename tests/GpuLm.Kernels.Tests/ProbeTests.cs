using System.Runtime.Intrinsics;
using GpuLm.Kernels.Primitives.Cpu;
using GpuLm.Kernels.Probe;
using GpuLm.Reference;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Kernels.Tests;

public class ProbeTests
{
    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void Multiply_add_does_all_the_work_it_is_timed_for(string name)
    {
        var device = TestDevices.Get(name);
        var probe = new Probe.Probe(device);
        var host = new TestRandom().Normal(probe.Values);
        foreach (int iterations in (int[])[0, 4, 40])
        {
            using var y = Fenced.Input(device, host);
            probe.MultiplyAdd(-0.75f, 0.3f, iterations, y);
            Budget.Check(y.Read(), ProbeReference.MultiplyAdd(-0.75f, 0.3f, iterations, host), terms: 1);
        }
    }

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void Multiply_add_of_whole_numbers_is_exact(string name)
    {
        var device = TestDevices.Get(name);
        var probe = new Probe.Probe(device);
        using var y = Fenced.Input(device, new float[probe.Values]);
        probe.MultiplyAdd(1, 1, 1000, y);
        Assert.All(y.Read(), value => Assert.Equal(1000, value));
    }

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void Triad(string name)
    {
        var device = TestDevices.Get(name);
        var probe = new Probe.Probe(device);
        foreach (int length in (int[])[1, 2, 127, 513, 40_001])
        {
            var random = new TestRandom();
            float[] hostA = random.WithOutliers(length), hostB = random.Normal(length);
            using var a = Fenced.Input(device, hostA);
            using var b = Fenced.Input(device, hostB);
            using var y = Fenced.Output(device, length);
            probe.Triad(a, b, -1.5f, length, y);
            Budget.Check(y.Read(), ProbeReference.Triad(hostA, hostB, -1.5), terms: 2);
        }
    }

    [Fact]
    public void Every_vector_width_gives_the_same()
    {
        var start = new TestRandom().Normal(2 * ProbeWork.CpuValues);
        var expected = ProbeReference.MultiplyAdd(-0.75, 0.25, 12, start);
        Check(y => ProbeWork.MultiplyAdd<Simd128, Vector128<float>>(-0.75f, 0.25f, 12, y));
        if (Vector256.IsHardwareAccelerated) Check(y => ProbeWork.MultiplyAdd<Simd256, Vector256<float>>(-0.75f, 0.25f, 12, y));
        if (Vector512.IsHardwareAccelerated) Check(y => ProbeWork.MultiplyAdd<Simd512, Vector512<float>>(-0.75f, 0.25f, 12, y));

        void Check(Action<float[]> body)
        {
            float[] y = [.. start];
            body(y);
            Budget.Check(y, expected, terms: 1);
        }
    }

    [Fact]
    public void Iterations_that_no_device_can_do_are_refused()
    {
        var device = TestDevices.Get("cpu");
        var probe = new Probe.Probe(device);
        using var y = Fenced.Output(device, probe.Values);
        Assert.Throws<ArgumentException>(() => probe.MultiplyAdd(1, 1, 3, y));
        Assert.Throws<ArgumentException>(() => probe.Triad(y, y, 1, probe.Values + 1, y));
    }
}
