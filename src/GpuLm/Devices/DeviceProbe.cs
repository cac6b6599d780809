using System.Diagnostics;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Probe;
using ILGPU.Runtime;

namespace GpuLm.Devices;

/// <summary>
/// Measures a device's peaks in about a second. The best launch counts, as a peak is what the machine can do and anything that disturbs
/// it only takes away; the median tells how quiet the machine was. Each measurement's result is checked, so work that a compiler
/// removed is not counted.
/// </summary>
public static class DeviceProbe
{
    /// <summary>Elements of each triad array: 64 MiB, several times the caches of the machines at hand, unless memory is short.</summary>
    const int TriadLength = 1 << 24;

    /// <summary>Whole numbers up to 2^24 are exact in fp32, and so is every step of the multiply-add probe below this count.</summary>
    const int MaxIterations = 1 << 23;

    static readonly TimeSpan Measured = TimeSpan.FromSeconds(0.3), WarmUp = TimeSpan.FromSeconds(0.15);
    static readonly TimeSpan LaunchAtLeast = TimeSpan.FromMilliseconds(2);

    /// <summary>Measures a device that nothing else uses meanwhile.</summary>
    /// <exception cref="InvalidOperationException">The device computed something wrong.</exception>
    public static DevicePeaks Measure(ComputeDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        var probe = new Probe(device);
        var (flops, medianFlops) = Flops(device, probe);
        var (bytes, medianBytes) = Bytes(device, probe);
        return new DevicePeaks(flops, medianFlops, bytes, medianBytes, Launch(device, probe));
    }

    static (double Best, double Median) Flops(ComputeDevice device, Probe probe)
    {
        using var y = device.Allocate<float>(probe.Values);
        // The work of a launch grows until the launch itself, some microseconds, no longer counts.
        int iterations = 1024;
        while (iterations < MaxIterations / 2 && Fastest() < LaunchAtLeast.TotalSeconds) iterations *= 2;

        var result = Rate(device, 2.0 * probe.Values * iterations, () => probe.MultiplyAdd(1, 1, iterations, y.View));
        y.MemSetToZero(device.Stream);
        probe.MultiplyAdd(1, 1, iterations, y.View);
        Require(y.GetAsArray1D(device.Stream), _ => iterations, "multiply-add");
        return result;

        double Fastest() => Enumerable.Range(0, 5).Min(_ => Seconds(device, () => probe.MultiplyAdd(1, 1, iterations, y.View)));
    }

    static (double Best, double Median) Bytes(ComputeDevice device, Probe probe)
    {
        int length = (int)Math.Min(TriadLength, device.Accelerator.MemorySize / 64);
        var host = new float[length];
        for (int i = 0; i < length; i++) host[i] = i & 1023;
        using var a = device.Accelerator.Allocate1D(host);
        using var b = device.Accelerator.Allocate1D(host);
        using var y = device.Allocate<float>(length);
        var result = Rate(device, 12.0 * length, () => probe.Triad(a.View, b.View, 3, length, y.View));
        y.View.CopyToCPU(device.Stream, host);
        device.Synchronize();
        Require(host, i => 4 * (i & 1023), "triad");
        return result;
    }

    static double Launch(ComputeDevice device, Probe probe)
    {
        using var y = device.Allocate<float>(probe.Values);
        var times = Repeat(device, () => probe.MultiplyAdd(1, 1, 0, y.View));
        return times[times.Count / 2];
    }

    static (double Best, double Median) Rate(ComputeDevice device, double work, Action launch)
    {
        var times = Repeat(device, launch);
        return (work / times[0], work / times[times.Count / 2]);
    }

    /// <summary>Launches for a while and returns the times of the launches after the warm-up, sorted.</summary>
    static List<double> Repeat(ComputeDevice device, Action launch)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < WarmUp) Seconds(device, launch);
        var times = new List<double>();
        for (clock.Restart(); clock.Elapsed < Measured || times.Count < 3;) times.Add(Seconds(device, launch));
        times.Sort();
        return times;
    }

    static double Seconds(ComputeDevice device, Action launch)
    {
        long start = Stopwatch.GetTimestamp();
        launch();
        device.Synchronize();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    static void Require(float[] values, Func<int, float> expected, string probe)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] != expected(i))
            {
                throw new InvalidOperationException(
                    $"The {probe} probe computed {values[i]} at {i} instead of {expected(i)}: this device or its driver is faulty.");
            }
        }
    }
}
