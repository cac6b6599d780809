using GpuLm.Devices;
using GpuLm.Kernels.Common;

namespace GpuLm.Bench.Measuring;

/// <summary>A device's ceilings, measured so often that a busy moment does not lower them.</summary>
public static class Ceilings
{
    const int Times = 3;

    /// <summary>The best of three measurements, figure by figure; at tiny sizes of one.</summary>
    /// <param name="device">The device; nothing else uses it meanwhile.</param>
    /// <param name="effort">How thoroughly.</param>
    public static DevicePeaks Measure(ComputeDevice device, Effort effort) =>
        Enumerable.Range(0, effort == Effort.Tiny ? 1 : Times).Select(_ => DeviceProbe.Measure(device))
            .Aggregate((a, b) => a.OrBetter(b));
}
