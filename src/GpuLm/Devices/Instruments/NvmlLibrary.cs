using System.Runtime.InteropServices;

namespace GpuLm.Devices.Instruments;

/// <summary>NVIDIA's management library, which comes with its driver. A machine without it is no error.</summary>
sealed partial class NvmlLibrary : INvml
{
    const int LibraryNotFound = 12;

    public int Init()
    {
        try
        {
            return nvmlInit_v2();
        }
        catch (DllNotFoundException)
        {
            return LibraryNotFound;
        }
    }

    public int Shutdown() => nvmlShutdown();

    public int Device(string pciBusId, out nint device) => nvmlDeviceGetHandleByPciBusId_v2(pciBusId, out device);

    public int Clock(nint device, int domain, out uint megahertz) => nvmlDeviceGetClockInfo(device, domain, out megahertz);

    public int Temperature(nint device, int sensor, out uint celsius) => nvmlDeviceGetTemperature(device, sensor, out celsius);

    public int Power(nint device, out uint milliwatts) => nvmlDeviceGetPowerUsage(device, out milliwatts);

    public int Energy(nint device, out ulong millijoules) => nvmlDeviceGetTotalEnergyConsumption(device, out millijoules);

    [LibraryImport(NativeLibraries.Nvml)]
    private static partial int nvmlInit_v2();

    [LibraryImport(NativeLibraries.Nvml)]
    private static partial int nvmlShutdown();

    [LibraryImport(NativeLibraries.Nvml, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int nvmlDeviceGetHandleByPciBusId_v2(string pciBusId, out nint device);

    [LibraryImport(NativeLibraries.Nvml)]
    private static partial int nvmlDeviceGetClockInfo(nint device, int domain, out uint megahertz);

    [LibraryImport(NativeLibraries.Nvml)]
    private static partial int nvmlDeviceGetTemperature(nint device, int sensor, out uint celsius);

    [LibraryImport(NativeLibraries.Nvml)]
    private static partial int nvmlDeviceGetPowerUsage(nint device, out uint milliwatts);

    [LibraryImport(NativeLibraries.Nvml)]
    private static partial int nvmlDeviceGetTotalEnergyConsumption(nint device, out ulong millijoules);
}
