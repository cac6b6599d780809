using GpuLm.Devices;
using GpuLm.Kernels.Common;

namespace GpuLm.Bench;

/// <summary>How thoroughly a suite measures.</summary>
public enum Effort
{
    /// <summary>Everything once at sizes that take no time: shows that it works; the figures mean nothing.</summary>
    Tiny,

    /// <summary>Fewer cases and rounds: a whole report within minutes.</summary>
    Quick,

    /// <summary>All cases.</summary>
    Full,
}

/// <summary>What every suite is told.</summary>
/// <param name="Catalog">The devices of this machine.</param>
/// <param name="Device">The one that is measured.</param>
/// <param name="Effort">How thoroughly.</param>
/// <param name="Command">The command that started the run, for its report.</param>
/// <param name="Progress">Takes a line for each thing that was measured.</param>
/// <param name="Cancellation">Ends the run; what was measured until then is reported.</param>
public sealed record BenchOptions(
    DeviceCatalog Catalog, DeviceInfo Device, Effort Effort, string Command, Action<string> Progress, CancellationToken Cancellation)
{
    /// <summary>Opens the device.</summary>
    /// <param name="workers">Threads on the CPU; 0 means one for each logical processor.</param>
    public ComputeDevice Open(int workers = 0) => Catalog.Open(Device, workers);
}
