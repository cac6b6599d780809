namespace GpuLm.Devices.Instruments;

/// <summary>Clocks, temperature, power and energy of an NVIDIA GPU. What the board does not tell is left out.</summary>
sealed class NvmlInstrument : IInstrument
{
    const int Success = 0, MultiprocessorClock = 1, MemoryClock = 2, CoreSensor = 0;
    readonly INvml nvml;
    readonly bool isOpen;
    readonly nint device;

    /// <summary>Opens the board at an address.</summary>
    /// <param name="nvml">The library.</param>
    /// <param name="pciBusId">The board's address, <c>DOMAIN:BUS:DEVICE.0</c> in hexadecimal digits.</param>
    public NvmlInstrument(INvml nvml, string pciBusId)
    {
        this.nvml = nvml;
        if (nvml.Init() != Success) return;
        isOpen = nvml.Device(pciBusId, out device) == Success;
        if (!isOpen) nvml.Shutdown();
    }

    public void AddTo(IDictionary<string, double> readings)
    {
        if (!isOpen) return;
        if (nvml.Clock(device, MultiprocessorClock, out uint clock) == Success) readings["SM clock, MHz"] = clock;
        if (nvml.Clock(device, MemoryClock, out clock) == Success) readings["memory clock, MHz"] = clock;
        if (nvml.Temperature(device, CoreSensor, out uint celsius) == Success) readings["temperature, C"] = celsius;
        if (nvml.Power(device, out uint milliwatts) == Success) readings["power, W"] = milliwatts / 1e3;
    }

    public double? EnergyJoules() => isOpen && nvml.Energy(device, out ulong millijoules) == Success ? millijoules / 1e3 : null;

    public void Dispose()
    {
        if (isOpen) nvml.Shutdown();
    }
}
