namespace GpuLm.Devices.Instruments;

/// <summary>How busy the host is: runnable threads, averaged over the last minute.</summary>
/// <param name="root">Where <c>proc</c> lies.</param>
sealed class HostLoad(string root = "/") : IInstrument
{
    readonly HostFiles files = new(root);

    public void AddTo(IDictionary<string, double> readings)
    {
        if (HostFiles.Parse(files.Line("proc/loadavg")?.Split(' ')[0]) is { } load) readings["load average"] = load;
    }

    public double? EnergyJoules() => null;

    public void Dispose()
    {
    }
}
