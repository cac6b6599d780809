using System.Globalization;
using GpuLm.Devices;

namespace GpuLm.Bench.Results.Comparing;

/// <summary>Times of two machines never meet in one ratio.</summary>
static class SameMachine
{
    /// <summary>What makes two environments different machines, each in words; empty where they are one.</summary>
    /// <remarks>
    /// The "driver" of a CPU is the .NET runtime: software like the code that is compared, so it may change. A GPU's driver is part of the
    /// machine, as is the kind of operating system, but not its version.
    /// </remarks>
    public static IReadOnlyList<string> Differences(RunEnvironment old, RunEnvironment current)
    {
        (string What, string Old, string New)[] parts =
        [
            ("kind of device", old.Device.Kind.ToString(), current.Device.Kind.ToString()),
            ("device", old.Device.Name, current.Device.Name),
            ("multiprocessors", Text(old.Device.Multiprocessors), Text(current.Device.Multiprocessors)),
            ("driver", Driver(old), Driver(current)),
            ("processor", old.Processor, current.Processor),
            ("workers", Text(old.Workers), Text(current.Workers)),
            ("operating system", KindOf(old.System), KindOf(current.System)),
        ];
        return [.. parts.Where(part => part.Old != part.New).Select(part => $"{part.What}: {part.Old} and {part.New}")];
    }

    static string Driver(RunEnvironment environment) => environment.Device.Kind == DeviceKind.Cpu ? "" : environment.Device.Driver;

    static string KindOf(string system) => system.Split(' ', 2)[0];

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
