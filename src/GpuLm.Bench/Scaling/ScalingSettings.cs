using GpuLm.Models;

namespace GpuLm.Bench.Scaling;

/// <summary>What is swept; what is not set is chosen for the device.</summary>
public sealed record ScalingSettings
{
    /// <summary>Names of the sweeps.</summary>
    public const string Workers = "workers", Batch = "batch", Context = "context", Size = "size", Precision = "precision",
        Devices = "devices";

    /// <summary>All sweeps, in the order of a report.</summary>
    public static IReadOnlyList<string> All { get; } = [Workers, Batch, Context, Size, Precision, Devices];

    /// <summary>The sweeps that are made; null means all.</summary>
    public IReadOnlyList<string>? Sweeps { get; init; }

    /// <summary>The model that the sweeps over anything but its size train, see <see cref="Steps.StepModel.All"/>.</summary>
    public string? Model { get; init; }

    /// <summary>Changes a model before it is checked: tests plant faults.</summary>
    internal Action<Gpt>? Plant { get; init; }
}
