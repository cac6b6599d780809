using System.Numerics;
using GpuLm.Devices;
using GpuLm.Kernels.Common;

namespace GpuLm.Bench.Measuring;

/// <summary>
/// What a device's caches reach, by the size of what they hold: the triad on arrays of that size, measured when it is first asked for. A
/// launch's way to the device and back is part of it, as it is of every call.
/// </summary>
/// <param name="device">The device; nothing else uses it while a size is first asked for.</param>
public sealed class CacheBandwidth(ComputeDevice device)
{
    const ulong LeastBytes = 1 << 14;
    readonly Dictionary<ulong, double> measured = [];

    /// <summary>Bytes/s of calls that move so many bytes again and again; sizes are rounded up to powers of two.</summary>
    public double Of(double bytes)
    {
        ulong size = BitOperations.RoundUpToPowerOf2(Math.Max(LeastBytes, (ulong)bytes));
        if (!measured.TryGetValue(size, out double speed))
        {
            measured.Add(size, speed = DeviceProbe.BytesPerSecond(device, (long)size));
        }
        return speed;
    }
}
