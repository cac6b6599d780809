using GpuLm.Devices;

namespace GpuLm.Bench.Results;

/// <summary>Where, with what and when something was measured: all that a stranger needs to measure it again.</summary>
public sealed record RunEnvironment
{
    /// <summary>The device that ran.</summary>
    public required DeviceInfo Device { get; init; }

    /// <summary>Threads that worked on a CPU, multiprocessors of a GPU.</summary>
    public required int Workers { get; init; }

    /// <summary>The device's ceilings, measured in this run.</summary>
    public required DevicePeaks Peaks { get; init; }

    /// <summary>The host's processor.</summary>
    public required string Processor { get; init; }

    /// <summary>Operating system.</summary>
    public required string System { get; init; }

    /// <summary>Runtime, ILGPU and other software that was measured, with versions.</summary>
    public required IReadOnlyDictionary<string, string> Software { get; init; }

    /// <summary>The commit that was built.</summary>
    public required string Commit { get; init; }

    /// <summary>When the run began, UTC.</summary>
    public required DateTimeOffset Date { get; init; }

    /// <summary>The command that repeats it.</summary>
    public required string Command { get; init; }

    /// <summary>Whether the sizes were so small that the figures mean nothing: such a run shows only that everything works.</summary>
    public bool Tiny { get; init; }

    /// <summary>What the device said before and after, where it says anything: clocks in MHz, temperature, power.</summary>
    public IReadOnlyDictionary<string, double> Before { get; init; } = new Dictionary<string, double>();

    /// <inheritdoc cref="Before"/>
    public IReadOnlyDictionary<string, double> After { get; init; } = new Dictionary<string, double>();
}
