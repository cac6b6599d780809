using GpuLm.Devices;
using GpuLm.Devices.Instruments;
using Xunit;

namespace GpuLm.Tests.Devices.Instruments;

/// <summary>What a GPU tells, from a stand-in for NVIDIA's library.</summary>
public class NvmlInstrumentTests
{
    const string Bus = "0000:1B:00.0";

    [Fact]
    public void A_board_tells_clocks_temperature_power_and_energy()
    {
        var nvml = new Stand();
        using (var instruments = new DeviceInstruments([new NvmlInstrument(nvml, Bus)]))
        {
            Assert.Equal(
                new Dictionary<string, double>
                {
                    ["SM clock, MHz"] = 1980, ["memory clock, MHz"] = 2619, ["temperature, C"] = 41, ["power, W"] = 112.5,
                },
                instruments.Read());
            Assert.Equal(123.456, instruments.EnergyJoules());
        }
        Assert.Equal(0, nvml.Open);
    }

    [Fact]
    public void What_a_board_does_not_support_is_left_out()
    {
        using var instruments = new DeviceInstruments([new NvmlInstrument(new Stand { Supported = false }, Bus)]);
        Assert.Equal(["SM clock, MHz"], instruments.Read().Keys);
        Assert.Null(instruments.EnergyJoules());
    }

    [Theory, InlineData(false, Bus), InlineData(true, "0000:FF:00.0")]
    public void Without_the_library_or_the_board_there_are_no_readings(bool isThere, string bus)
    {
        var nvml = new Stand { IsThere = isThere };
        using (var instruments = new DeviceInstruments([new NvmlInstrument(nvml, bus)]))
        {
            Assert.Empty(instruments.Read());
            Assert.Null(instruments.EnergyJoules());
        }
        Assert.Equal(0, nvml.Open);
    }

    [Fact]
    public void The_real_library_is_no_error_where_it_is_missing()
    {
        using var catalog = new DeviceCatalog();
        foreach (var device in catalog.Devices.Append(catalog.Devices[0] with { IsGpu = true, PciBusId = "0000:FF:00.0" }))
        {
            using var instruments = DeviceInstruments.Open(device);
            Assert.All(instruments.Read().Values, value => Assert.True(double.IsFinite(value)));
            double? energy = instruments.EnergyJoules();
            Assert.True(energy is null or >= 0);
        }
    }

    sealed class Stand : INvml
    {
        const int NotSupported = 3, NotFound = 6, LibraryNotFound = 12;
        const nint Board = 7;

        public bool IsThere { get; init; } = true;

        public bool Supported { get; init; } = true;

        public int Open { get; private set; }

        public int Init()
        {
            if (!IsThere) return LibraryNotFound;
            Open++;
            return 0;
        }

        public int Shutdown()
        {
            Open--;
            return 0;
        }

        public int Device(string pciBusId, out nint device)
        {
            device = pciBusId == Bus ? Board : 0;
            return device == 0 ? NotFound : 0;
        }

        public int Clock(nint device, int domain, out uint megahertz)
        {
            megahertz = domain == 1 ? 1980u : 2619u;
            return domain == 1 ? 0 : Result(device);
        }

        public int Temperature(nint device, int sensor, out uint celsius) => Give(device, 41u, out celsius);

        public int Power(nint device, out uint milliwatts) => Give(device, 112_500u, out milliwatts);

        public int Energy(nint device, out ulong millijoules) => Give(device, 123_456ul, out millijoules);

        int Give<T>(nint device, T value, out T result)
        {
            result = value;
            return Result(device);
        }

        int Result(nint device) => Supported && device == Board ? 0 : NotSupported;
    }
}
