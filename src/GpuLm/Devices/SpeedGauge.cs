using System.Diagnostics;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Probe;
using ILGPU.Runtime;

namespace GpuLm.Devices;

/// <summary>
/// Tells within milliseconds how fast a device is at this moment, by a burst of independent multiply-adds: beside a measurement it shows
/// whether something else was running, or whether the clock was down.
/// </summary>
public sealed class SpeedGauge : IDisposable
{
    const int MostIterations = 1 << 23, Bursts = 3;
    static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(2);
    readonly ComputeDevice device;
    readonly Probe probe;
    readonly MemoryBuffer1D<float, ILGPU.Stride1D.Dense> y;
    readonly double flopsPerSecond;
    readonly int iterations;

    /// <summary>Makes a gauge for a device.</summary>
    /// <param name="device">The device; it must outlive the gauge.</param>
    /// <param name="peaks">The device's peaks, of which <see cref="Read"/> tells the share.</param>
    public SpeedGauge(ComputeDevice device, DevicePeaks peaks)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(peaks);
        (this.device, flopsPerSecond) = (device, peaks.FlopsPerSecond);
        probe = new Probe(device);
        y = device.Allocate<float>(probe.Values);
        double burst = Math.Max(Burst.TotalSeconds, 20 * peaks.LaunchSeconds);
        // The probe takes multiples of four.
        iterations = 4 * (int)Math.Clamp(burst * flopsPerSecond / (8.0 * probe.Values), 1, MostIterations / 4);
    }

    /// <summary>What the device reaches now, as a share of its peak; the best of three bursts.</summary>
    public double Read()
    {
        double seconds = Enumerable.Range(0, Bursts).Min(_ => Seconds());
        return 2.0 * probe.Values * iterations / seconds / flopsPerSecond;
    }

    /// <inheritdoc/>
    public void Dispose() => y.Dispose();

    double Seconds()
    {
        long start = Stopwatch.GetTimestamp();
        probe.MultiplyAdd(1, 1, iterations, y.View);
        device.Synchronize();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
