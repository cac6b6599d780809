using GpuLm.Devices.Instruments;
using GpuLm.Kernels.Common;
using ILGPU.Runtime.Cuda;

namespace GpuLm.Devices;

/// <summary>How much of a device's memory a program can still use.</summary>
public static class DeviceMemory
{
    /// <summary>
    /// Bytes that can be used now. Of a GPU its usual share, or what other programs leave of it where the driver tells; of the host, what
    /// the system counts as available.
    /// </summary>
    /// <param name="info">The device.</param>
    /// <param name="device">The same, opened.</param>
    public static long UsableBytes(DeviceInfo info, ComputeDevice device)
    {
        ArgumentNullException.ThrowIfNull(info);
        ArgumentNullException.ThrowIfNull(device);
        if (!info.IsGpu) return Math.Min(info.PlannableBytes, AvailableOnHost(new HostFiles()) ?? long.MaxValue);
        return device.Accelerator is CudaAccelerator cuda ? Math.Min(info.PlannableBytes, cuda.GetFreeMemory()) : info.PlannableBytes;
    }

    /// <summary>Bytes that Linux could give to a program without swapping; null where nothing is known.</summary>
    internal static long? AvailableOnHost(HostFiles files)
    {
        // "MemAvailable:   23259064 kB", https://docs.kernel.org/filesystems/proc.html
        string? line = files.Lines("proc/meminfo").FirstOrDefault(line => line.StartsWith("MemAvailable:", StringComparison.Ordinal));
        string? kilobytes = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries).ElementAtOrDefault(1);
        return HostFiles.Parse(kilobytes) is { } number ? (long)number * 1024 : null;
    }
}
