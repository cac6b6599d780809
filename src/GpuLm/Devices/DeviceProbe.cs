using GpuLm.Kernels.Common;
using GpuLm.Kernels.Probe;
using ILGPU.Runtime;

namespace GpuLm.Devices;

/// <summary>
/// Measures a device's peaks in a second or two. The best launch counts, as a peak is what the machine can do and anything that disturbs
/// it only takes away; the median tells how quiet the machine was. Each measurement's result is checked, so work that a compiler
/// removed is not counted.
/// </summary>
public static class DeviceProbe
{
    /// <summary>Elements of each triad array: 64 MiB, several times the caches of the machines at hand, unless memory is short.</summary>
    const int TriadLength = 1 << 24;

    /// <summary>Whole numbers up to 2^24 are exact in fp32, and so is every step of the multiply-add probe below this count.</summary>
    const int MaxIterations = 1 << 23;

    /// <summary>Two numbers are read and one is written.</summary>
    const int BytesPerElement = 3 * sizeof(float);

    const int FewestIterations = 1024;
    static readonly TimeSpan Measured = TimeSpan.FromSeconds(0.3), WarmUp = TimeSpan.FromSeconds(0.15);

    /// <summary>Measures a device that nothing else uses meanwhile.</summary>
    /// <exception cref="InvalidOperationException">The device computed something wrong.</exception>
    public static DevicePeaks Measure(ComputeDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        var probe = new Probe(device);
        var timer = new LaunchTimer(device, WarmUp, Measured);
        var (flops, medianFlops) = Flops(device, probe, timer);
        var (bytes, medianBytes) = Bytes(
            device, probe, timer, (int)Math.Min(TriadLength, device.Accelerator.MemorySize / 64));
        var peaks = new DevicePeaks(flops, medianFlops, bytes, medianBytes, Launch(device, probe, timer));
        return TensorCoreProbe.AddTo(peaks, device, probe);
    }

    static (double Best, double Median) Flops(ComputeDevice device, Probe probe, LaunchTimer timer)
    {
        using var y = device.Allocate<float>(probe.Values);
        int iterations = timer.Iterations(FewestIterations, MaxIterations / 2, count => probe.MultiplyAdd(1, 1, count, y.View));
        var result = timer.Rate(2.0 * probe.Values * iterations, () => probe.MultiplyAdd(1, 1, iterations, y.View));
        y.MemSetToZero(device.Stream);
        probe.MultiplyAdd(1, 1, iterations, y.View);
        Require(y.GetAsArray1D(device.Stream), _ => iterations, "multiply-add");
        return result;
    }

    /// <summary>
    /// Bytes/s of the triad on three arrays of so many bytes together; the best launch, its way to the device and back included. Arrays
    /// that a cache holds show what the cache reaches.
    /// </summary>
    /// <param name="device">The device; nothing else uses it meanwhile.</param>
    /// <param name="bytes">Of all three arrays; rounded to whole numbers.</param>
    /// <exception cref="InvalidOperationException">The device computed something wrong.</exception>
    public static double BytesPerSecond(ComputeDevice device, long bytes)
    {
        ArgumentNullException.ThrowIfNull(device);
        int length = (int)Math.Clamp(bytes / BytesPerElement, 1, TriadLength);
        return Bytes(device, new Probe(device), new LaunchTimer(device, WarmUp / 5, Measured / 3), length).Best;
    }

    static (double Best, double Median) Bytes(ComputeDevice device, Probe probe, LaunchTimer timer, int length)
    {
        var host = new float[length];
        for (int i = 0; i < length; i++) host[i] = i & 1023;
        using var a = device.Accelerator.Allocate1D(host);
        using var b = device.Accelerator.Allocate1D(host);
        using var y = device.Allocate<float>(length);
        var result = timer.Rate((double)BytesPerElement * length, () => probe.Triad(a.View, b.View, 3, length, y.View));
        y.View.CopyToCPU(device.Stream, host);
        device.Synchronize();
        Require(host, i => 4 * (i & 1023), "triad");
        return result;
    }

    static double Launch(ComputeDevice device, Probe probe, LaunchTimer timer)
    {
        using var y = device.Allocate<float>(probe.Values);
        var times = timer.Repeat(() => probe.MultiplyAdd(1, 1, 0, y.View));
        return times[times.Count / 2];
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
