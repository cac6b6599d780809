using System.Collections.Concurrent;
using GpuLm.Devices;
using GpuLm.Kernels.Common;
using Xunit;

namespace GpuLm.TestKit;

/// <summary>
/// The devices that every operation is tested on. A device that this machine lacks skips its tests loudly; listed in
/// <c>GPULM_REQUIRE_DEVICES=cpu,opencl,cuda</c> it fails them.
/// </summary>
public static class TestDevices
{
    /// <summary>The name of the CUDA device without a GPU, <see cref="InterpretedCuda"/>.</summary>
    public const string Interpreted = "ptx";

    static readonly ConcurrentDictionary<string, Lazy<(ComputeDevice? Device, string Reason)>> Opened = new();

    /// <summary>The name of the interpreted device that has Hopper's own instructions.</summary>
    public const string InterpretedHopper = "ptx-hopper";

    /// <summary>The devices of this machine, one look for the whole process.</summary>
    public static DeviceCatalog Catalog { get; } = new();

    /// <summary>
    /// Names for <c>[MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]</c>: all four, or those that
    /// <c>GPULM_TEST_DEVICES</c> lists.
    /// </summary>
    public static TheoryData<string> Names =>
        List("GPULM_TEST_DEVICES") is { Length: > 0 } chosen ? [.. chosen] : ["cpu", "opencl", "cuda", Interpreted];

    /// <summary>Names of the devices that run kernels for CUDA: a GPU, and the interpreter that stands in for one.</summary>
    public static TheoryData<string> CudaNames
    {
        get
        {
            string[] both = ["cuda", Interpreted];
            return List("GPULM_TEST_DEVICES") is { Length: > 0 } chosen && both.Intersect(chosen).Any()
                ? [.. both.Intersect(chosen)]
                : [.. both];
        }
    }

    /// <summary>As <see cref="CudaNames"/>, for kernels that only Hopper can run.</summary>
    public static TheoryData<string> HopperNames => [.. CudaNames.Select(row => row.Data == Interpreted ? InterpretedHopper : row.Data)];

    /// <summary>The device of a name, one for the whole process; skips the running test where there is none.</summary>
    public static ComputeDevice Get(string name)
    {
        var (device, reason) = Opened.GetOrAdd(name, key => new(() => Open(key))).Value;
        if (device is not null) return device;
        if (List("GPULM_REQUIRE_DEVICES").Contains(name)) Assert.Fail($"GPULM_REQUIRE_DEVICES asks for {name}. {reason}");
        Assert.Skip(reason);
        throw new InvalidOperationException("unreachable");
    }

    static string[] List(string variable) =>
        (Environment.GetEnvironmentVariable(variable) ?? "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    static (ComputeDevice? Device, string Reason) Open(string name)
    {
        try
        {
            return (name switch
            {
                Interpreted => InterpretedCuda.Open(),
                InterpretedHopper => InterpretedCuda.Open(major: 9),
                _ => Catalog.Open(name),
            }, "");
        }
        catch (DeviceNotFoundException missing)
        {
            return (null, missing.Message);
        }
    }
}
