using GpuLm.Devices.Instruments;
using Xunit;

namespace GpuLm.Tests.Devices.Instruments;

/// <summary>What the host tells, from files that stand in for Linux's.</summary>
public sealed class HostInstrumentTests : IDisposable
{
    readonly TemporaryFolder root = new();

    public void Dispose() => root.Dispose();

    [Fact]
    public void Load_is_the_average_of_the_last_minute()
    {
        Write("proc/loadavg", "1.25 0.76 1.82 1/107 6365\n");
        Assert.Equal(new Dictionary<string, double> { ["load average"] = 1.25 }, Read(new HostLoad(root.Path)));
    }

    [Fact]
    public void The_clock_is_the_mean_of_the_cores()
    {
        Write("proc/cpuinfo", "processor\t: 0\ncpu MHz\t\t: 2596.132\n\nprocessor\t: 1\ncpu MHz\t\t: 2403.868\n");
        Assert.Equal(2500, Read(new HostClock(root.Path))["processor clock, MHz"], 1e-9);
    }

    [Fact]
    public void Without_a_clock_in_cpuinfo_cpufreq_tells_it()
    {
        Write("proc/cpuinfo", "processor\t: 0\nBogoMIPS\t: 50.00\n");
        Write("sys/devices/system/cpu/cpufreq/policy0/scaling_cur_freq", "2000000\n");
        Write("sys/devices/system/cpu/cpufreq/policy4/scaling_cur_freq", "3000000\n");
        Assert.Equal(2500, Read(new HostClock(root.Path))["processor clock, MHz"], 1e-9);
    }

    [Fact]
    public void Energy_is_what_processors_and_memory_took_since_the_start()
    {
        Zone("intel-rapl:0", "package-0", 1_000_000);
        Zone("intel-rapl:0:0", "core", 5_000_000);
        Zone("intel-rapl:0:1", "dram", 2_000_000);
        Zone("intel-rapl:1", "psys", 7_000_000);
        using var energy = new RaplEnergy(root.Path);
        Assert.Equal(0, energy.EnergyJoules());
        Zone("intel-rapl:0", "package-0", 4_000_000);
        Zone("intel-rapl:0:0", "core", 6_000_000);
        Zone("intel-rapl:0:1", "dram", 2_500_000);
        Zone("intel-rapl:1", "psys", 99_000_000);
        Assert.Equal(3.5, energy.EnergyJoules()!.Value, 1e-9);
        Assert.Empty(Read(energy));
    }

    [Fact]
    public void A_counter_that_starts_again_at_zero_goes_on()
    {
        Zone("intel-rapl:0", "package-0", 9_000_000);
        using var energy = new RaplEnergy(root.Path);
        Zone("intel-rapl:0", "package-0", 2_000_000);
        Assert.Equal(3, energy.EnergyJoules()!.Value, 1e-9);
        Zone("intel-rapl:0", "package-0", 2_500_000);
        Assert.Equal(3.5, energy.EnergyJoules()!.Value, 1e-9);
    }

    [Fact]
    public void A_machine_without_these_files_tells_nothing()
    {
        Assert.Empty(Read(new HostLoad(root.Path)));
        Assert.Empty(Read(new HostClock(root.Path)));
        using var energy = new RaplEnergy(root.Path);
        Assert.Null(energy.EnergyJoules());
    }

    [Fact]
    public void Sabotage_a_file_that_holds_no_number_is_left_out()
    {
        Write("proc/loadavg", "busy\n");
        Write("proc/cpuinfo", "cpu MHz\t: fast\n");
        Zone("intel-rapl:0", "package-0", 1);
        Write("sys/class/powercap/intel-rapl:0/energy_uj", "");
        Assert.Empty(Read(new HostLoad(root.Path)));
        Assert.Empty(Read(new HostClock(root.Path)));
        using var energy = new RaplEnergy(root.Path);
        Assert.Null(energy.EnergyJoules());
    }

    void Zone(string zone, string name, long microjoules)
    {
        Write($"sys/class/powercap/{zone}/name", name + "\n");
        Write($"sys/class/powercap/{zone}/max_energy_range_uj", "10000000\n");
        Write($"sys/class/powercap/{zone}/energy_uj", $"{microjoules}\n");
    }

    void Write(string path, string text) => root.Write(path, System.Text.Encoding.ASCII.GetBytes(text));

    static Dictionary<string, double> Read(IInstrument instrument)
    {
        var readings = new Dictionary<string, double>();
        instrument.AddTo(readings);
        return readings;
    }
}
