using System.Runtime.InteropServices;
using GpuLm.Devices;
using GpuLm.Devices.Instruments;
using GpuLm.Kernels.Common;

namespace GpuLm.Bench.Results;

/// <summary>Finds out where, with what and when something is measured.</summary>
public static class EnvironmentProbe
{
    /// <summary>
    /// Stops a run whose figures nobody could repeat: a Debug build, a work tree with uncommitted changes, or one that has moved on since
    /// the build. Results that are kept ask for this before they measure; a program outside any work tree knows its commit by itself.
    /// </summary>
    /// <exception cref="GpuLmException">The figures could not be repeated; the message says what to do.</exception>
    public static void RequireClean() => SourceState.Require(
        BuildInfo.CommitOf(typeof(EnvironmentProbe).Assembly), AppContext.BaseDirectory,
        [typeof(EnvironmentProbe).Assembly, typeof(DeviceInfo).Assembly, typeof(ComputeDevice).Assembly]);

    /// <summary>Describes a run that begins, with the readings of the device's instruments.</summary>
    /// <param name="options">What the suite was told.</param>
    /// <param name="device">The device that is measured, as it was opened.</param>
    /// <param name="peaks">Its ceilings.</param>
    public static RunEnvironment Begin(BenchOptions options, ComputeDevice device, DevicePeaks peaks)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(device);
        return new RunEnvironment
        {
            Device = options.Device,
            Workers = device.Workers,
            Peaks = peaks,
            Processor = options.Catalog.Devices[0].Name,
            System = $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}",
            Software = new Dictionary<string, string>
            {
                [".NET"] = Environment.Version.ToString(),
                ["ILGPU"] = BuildInfo.VersionOf("ILGPU", typeof(ComputeDevice).Assembly),
            },
            Commit = BuildInfo.CommitOf(typeof(EnvironmentProbe).Assembly),
            Date = DateTimeOffset.UtcNow,
            Command = options.Command,
            Tiny = options.Effort == Effort.Tiny,
            Before = Readings(options.Device),
        };
    }

    /// <summary>The description of a run that has ended, with what the instruments read now.</summary>
    /// <param name="begun">What <see cref="Begin"/> gave.</param>
    public static RunEnvironment End(RunEnvironment begun)
    {
        ArgumentNullException.ThrowIfNull(begun);
        return begun with { After = Readings(begun.Device) };
    }

    static IReadOnlyDictionary<string, double> Readings(DeviceInfo device)
    {
        using var instruments = DeviceInstruments.Open(device);
        return instruments.Read();
    }
}
