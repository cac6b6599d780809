namespace GpuLm.Devices.Instruments;

/// <summary>
/// What a device tells of its state beside a measurement: clocks, temperature, power, the energy that it took. It reads what there is, and
/// needs no rights of its own: NVIDIA's management library for CUDA devices, Linux's files for the host.
/// </summary>
public sealed class DeviceInstruments : IDisposable
{
    readonly IReadOnlyList<IInstrument> instruments;

    internal DeviceInstruments(IReadOnlyList<IInstrument> instruments) => this.instruments = instruments;

    /// <summary>Opens the instruments of a device. A device that has none gives no readings.</summary>
    /// <param name="device">The device.</param>
    public static DeviceInstruments Open(DeviceInfo device)
    {
        ArgumentNullException.ThrowIfNull(device);
        List<IInstrument> instruments = [new HostLoad()];
        if (!device.IsGpu) instruments.AddRange([new HostClock(), new RaplEnergy()]);
        if (device.PciBusId is { } bus) instruments.Add(new NvmlInstrument(new NvmlLibrary(), bus));
        return new DeviceInstruments(instruments);
    }

    /// <summary>What can be read now: <c>SM clock, MHz</c>, <c>temperature, C</c>, <c>load average</c> and the like.</summary>
    public IReadOnlyDictionary<string, double> Read()
    {
        var readings = new Dictionary<string, double>();
        foreach (var instrument in instruments) instrument.AddTo(readings);
        return readings;
    }

    /// <summary>
    /// Joules that the device took since some moment in the past: the difference of two calls is what lay between. The board of a GPU; the
    /// processors and their memory of a host. Drivers count in steps of up to 0.1 s, so let a second or more lie between. Null where
    /// nothing counts, or where the counter may not be read.
    /// </summary>
    public double? EnergyJoules() =>
        instruments.Select(instrument => instrument.EnergyJoules()).FirstOrDefault(energy => energy is not null);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var instrument in instruments) instrument.Dispose();
    }
}
