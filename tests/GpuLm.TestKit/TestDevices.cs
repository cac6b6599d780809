using System.Collections.Concurrent;
using GpuLm.Kernels.Common;
using ILGPU;
using ILGPU.Algorithms;
using Xunit;

namespace GpuLm.TestKit;

/// <summary>
/// The devices that every operation is tested on. A device that this machine lacks skips its tests loudly; listed in
/// <c>GPULM_REQUIRE_DEVICES=cpu,opencl,cuda</c> it fails them.
/// </summary>
public static class TestDevices
{
    static readonly ConcurrentDictionary<string, (ComputeDevice? Device, string Reason)> Opened = new();

    /// <summary>Names for <c>[MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]</c>.</summary>
    public static TheoryData<string> Names => ["cpu", "opencl", "cuda"];

    /// <summary>The device of a name, one for the whole process; skips the running test where there is none.</summary>
    public static ComputeDevice Get(string name)
    {
        var (device, reason) = Opened.GetOrAdd(name, Open);
        if (device is not null) return device;
        if (Required.Contains(name)) Assert.Fail($"GPULM_REQUIRE_DEVICES asks for {name}, but {reason}");
        Assert.Skip($"no {name} device: {reason}");
        throw new InvalidOperationException("unreachable");
    }

    static string[] Required =>
        (Environment.GetEnvironmentVariable("GPULM_REQUIRE_DEVICES") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    static (ComputeDevice? Device, string Reason) Open(string name) => name switch
    {
        "cpu" => (ComputeDevice.CreateCpu(Context.Create(builder => builder.Optimize(OptimizationLevel.O2).EnableAlgorithms())), ""),
        _ => (null, $"{name} devices are not looked for."),
    };
}
