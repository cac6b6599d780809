namespace GpuLm.Devices.Instruments;

/// <summary>
/// The energy that the host's processors and their memory took, by RAPL's counters (Linux power capping framework,
/// https://docs.kernel.org/power/powercap/powercap.html). Most systems let only the administrator read them, most virtual machines nobody.
/// </summary>
sealed class RaplEnergy : IInstrument
{
    const double JoulesPerMicrojoule = 1e-6;
    readonly HostFiles files;
    readonly List<Counter> counters = [];

    /// <summary>Looks which counters there are.</summary>
    /// <param name="root">Where <c>sys</c> lies.</param>
    public RaplEnergy(string root = "/")
    {
        files = new HostFiles(root);
        // intel-rapl:0 is a processor, intel-rapl:0:0 a part of it. Memory is counted apart from the processor; cores are not.
        foreach (string zone in files.Folders("sys/class/powercap", "intel-rapl:*"))
        {
            string name = files.Line(Path.Combine(zone, "name")) ?? "";
            bool counts = name == "dram" || name.StartsWith("package", StringComparison.Ordinal);
            if (counts && Microjoules(zone) is { } start)
            {
                counters.Add(new Counter(zone, files.Number(Path.Combine(zone, "max_energy_range_uj")) ?? 0) { Last = start });
            }
        }
    }

    public void AddTo(IDictionary<string, double> readings)
    {
    }

    /// <summary>Joules since this object was made.</summary>
    /// <remarks>A counter starts again at zero after some minutes under load; more than one such turn between two calls is lost.</remarks>
    public double? EnergyJoules()
    {
        foreach (var counter in counters)
        {
            double now = Microjoules(counter.Zone) ?? counter.Last;
            counter.Sum += now - counter.Last + (now < counter.Last ? counter.Range : 0);
            counter.Last = now;
        }
        return counters.Count == 0 ? null : counters.Sum(counter => counter.Sum) * JoulesPerMicrojoule;
    }

    public void Dispose()
    {
    }

    double? Microjoules(string zone) => files.Number(Path.Combine(zone, "energy_uj"));

    sealed class Counter(string zone, double range)
    {
        public string Zone => zone;

        public double Range => range;

        public double Last { get; set; }

        public double Sum { get; set; }
    }
}
