using GpuLm.Models;

namespace GpuLm.Bench.Steps;

/// <summary>Which training steps are timed; what is not set is chosen for the device.</summary>
public sealed record StepSettings
{
    /// <summary>Models by name, see <see cref="StepModel.All"/>.</summary>
    public IReadOnlyList<string>? Models { get; init; }

    /// <summary>Sequences in a batch.</summary>
    public int? Batch { get; init; }

    /// <summary>Tokens in a sequence; a model's context grows where it is shorter.</summary>
    public int? Length { get; init; }

    /// <summary>Precisions; each model is timed in each.</summary>
    public IReadOnlyList<Precision>? Precisions { get; init; }

    /// <summary>What the backward pass computes again.</summary>
    public Recompute Recompute { get; init; }

    /// <summary>Whether a CUDA device repeats a step's launches as a graph.</summary>
    public bool UseGraph { get; init; } = true;

    /// <summary>Changes a model before it is checked: tests plant faults.</summary>
    internal Action<Gpt>? Plant { get; init; }
}
