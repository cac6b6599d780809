namespace GpuLm.Devices.Instruments;

/// <summary>The clock of the host's cores, their mean: from <c>/proc/cpuinfo</c>, or from cpufreq where that names no clock.</summary>
/// <param name="root">Where <c>proc</c> and <c>sys</c> lie.</param>
sealed class HostClock(string root = "/") : IInstrument
{
    const double HertzPerKilohertz = 1e3, HertzPerMegahertz = 1e6;
    readonly HostFiles files = new(root);

    public void AddTo(IDictionary<string, double> readings)
    {
        var clocks = FromCpuInfo().ToList();
        if (clocks.Count == 0) clocks = [.. FromCpuFrequency()];
        if (clocks.Count > 0) readings["processor clock, MHz"] = clocks.Average();
    }

    public double? EnergyJoules() => null;

    public void Dispose()
    {
    }

    IEnumerable<double> FromCpuInfo() => files.Lines("proc/cpuinfo")
        .Where(line => line.StartsWith("cpu MHz", StringComparison.Ordinal))
        .Select(line => HostFiles.Parse(line.Split(':')[^1])).OfType<double>();

    IEnumerable<double> FromCpuFrequency() => files.Folders("sys/devices/system/cpu/cpufreq", "policy*")
        .Select(policy => files.Number(Path.Combine(policy, "scaling_cur_freq"))).OfType<double>()
        .Select(kilohertz => kilohertz * HertzPerKilohertz / HertzPerMegahertz);
}
