using GpuLm.Bench.Ladder;
using GpuLm.Bench.Results;
using GpuLm.Bench.Tests.Results;
using GpuLm.Devices;

namespace GpuLm.Bench.Tests.Ladder;

/// <summary>Steps that nobody measured, on devices that are in the table and on one that is not.</summary>
static class LadderExamples
{
    public static DeviceInfo H200 { get; } = Gpu("NVIDIA H200");

    public static DeviceInfo Unknown { get; } = Gpu("NVIDIA Example 1");

    public static DeviceInfo Cpu(string name, int cores) => new(DeviceKind.Cpu, 0, name, ".NET 10", false, cores, 1, 1, 0, 1L << 34, []);

    public static SuiteResult Step(DeviceInfo device, string precision, double flopsPerSecond, double bf16Peak) => new(
        "step", Example.Environment with
        {
            Device = device, Peaks = Example.Environment.Peaks with { Bf16FlopsPerSecond = bf16Peak, BytesPerSecond = bf16Peak / 200 },
        },
        [Row(precision, flopsPerSecond), Row(precision, flopsPerSecond / 2), Family(precision)], []);

    public static MeasuredStep Measured(DeviceInfo device, string precision, double flopsPerSecond, double bf16Peak = 700e12)
    {
        var result = Step(device, precision, flopsPerSecond, bf16Peak);
        return new MeasuredStep(device.Name, result.Environment, result.Rows[0]);
    }

    static DeviceInfo Gpu(string name) => new(DeviceKind.Cuda, 0, name, "CUDA 13", true, 132, 1024, 32, 227 << 10, 141L << 30, []);

    static ResultRow Row(string precision, double flopsPerSecond) => new()
    {
        Name = $"124M {precision} {flopsPerSecond}", Tokens = 1000, Flops = 1e12,
        Seconds = [1e12 / flopsPerSecond, 1e12 / flopsPerSecond, 1e12 / flopsPerSecond],
        Labels = new Dictionary<string, string> { ["model"] = "124M", ["batch"] = "32", ["precision"] = precision, ["graph"] = "on" },
    };

    static ResultRow Family(string precision) => Row(precision, 1e15) with
    {
        Labels = new Dictionary<string, string> { ["model"] = "124M", ["precision"] = precision, ["family"] = "MatMul" },
    };
}
