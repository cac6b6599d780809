using GpuLm.Bench.Results;
using GpuLm.Devices;

namespace GpuLm.Bench.Tests.Results;

/// <summary>Results that nobody measured, for tests.</summary>
static class Example
{
    public static RunEnvironment Environment { get; } = new()
    {
        Device = new DeviceInfo(DeviceKind.Cpu, 0, "Example CPU", ".NET 10", false, 2, 1, 1, 0, 1L << 34, ["AVX2"]),
        Workers = 2,
        Peaks = new DevicePeaks(500e9, 490e9, 60e9, 58e9, 35e-6),
        Processor = "Example CPU",
        System = "Example OS",
        Software = new Dictionary<string, string> { [".NET"] = "10.0.0", ["ILGPU"] = "1.5.3" },
        Commit = "0123456789abcdef0123456789abcdef01234567",
        Date = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        Command = "example",
    };

    public static ResultRow Row(string name, params double[] seconds) => new()
    {
        Name = name,
        Labels = new Dictionary<string, string> { ["kernel"] = name, ["shape"] = "2 x 3" },
        Seconds = seconds, Flops = 1e9, Bytes = 1e6, FloorSeconds = 2e-3, Bound = Bound.Compute, Launches = 1, MachineSpeed = 0.99,
        Figures = new Dictionary<string, double> { ["memory, bytes"] = 1024 },
    };

    public static SuiteResult Suite(params ResultRow[] rows) => new(
        "kernels", Environment, rows, [new Section("Title", "Text", new TextTable(["name", ">value"], [["a", "1"]]))]);
}
