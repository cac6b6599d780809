namespace GpuLm.Devices.Instruments;

/// <summary>
/// The calls of NVIDIA's management library that are used, as it has them; each returns 0 where it succeeds
/// (https://docs.nvidia.com/deploy/nvml-api/group__nvmlDeviceQueries.html).
/// </summary>
interface INvml
{
    /// <summary>nvmlInit_v2; counted, like <see cref="Shutdown"/>.</summary>
    int Init();

    /// <summary>nvmlShutdown.</summary>
    int Shutdown();

    /// <summary>nvmlDeviceGetHandleByPciBusId_v2.</summary>
    int Device(string pciBusId, out nint device);

    /// <summary>nvmlDeviceGetClockInfo, in MHz.</summary>
    int Clock(nint device, int domain, out uint megahertz);

    /// <summary>nvmlDeviceGetTemperature, in degrees Celsius.</summary>
    int Temperature(nint device, int sensor, out uint celsius);

    /// <summary>nvmlDeviceGetPowerUsage, in milliwatts.</summary>
    int Power(nint device, out uint milliwatts);

    /// <summary>nvmlDeviceGetTotalEnergyConsumption, in millijoules since the driver was loaded.</summary>
    int Energy(nint device, out ulong millijoules);
}
