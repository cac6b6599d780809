using System.Runtime.InteropServices;
using ILGPU.Runtime.OpenCL;

namespace GpuLm.Devices;

/// <summary>Some of an OpenCL device's compute units, as a device of their own (OpenCL 1.2, "Partitioning a Device").</summary>
static unsafe partial class OpenCLPartition
{
    const int PartitionProperties = 0x1044;
    const nint ByCounts = 0x1087, End = 0;

    /// <summary>Whether a device's driver can cut it so.</summary>
    public static bool IsPossible(CLDevice device)
    {
        nint* kinds = stackalloc nint[16];
        return clGetDeviceInfo(device.DeviceId, PartitionProperties, 16 * sizeof(nint), kinds, out nint bytes) == 0
            && new ReadOnlySpan<nint>(kinds, (int)(bytes / sizeof(nint))).Contains(ByCounts);
    }

    /// <summary>So many of a device's compute units; null where the driver refuses. <see cref="Release"/> gives it back.</summary>
    public static CLDevice? Take(CLDevice device, int units)
    {
        nint* properties = stackalloc nint[] { ByCounts, units, End, End };
        return clCreateSubDevices(device.DeviceId, properties, 1, out nint part, 0) == 0 ? new CLDevice(device.PlatformId, part) : null;
    }

    /// <summary>Gives a part back; no accelerator may use it any more.</summary>
    public static void Release(CLDevice part) => _ = clReleaseDevice(part.DeviceId);

    [LibraryImport("OpenCL")]
    private static partial int clGetDeviceInfo(nint device, int name, nint size, void* value, out nint needed);

    [LibraryImport("OpenCL")]
    private static partial int clCreateSubDevices(nint device, nint* properties, uint most, out nint parts, nint count);

    [LibraryImport("OpenCL")]
    private static partial int clReleaseDevice(nint device);
}
