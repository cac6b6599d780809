using System.Globalization;
using GpuLm.Models;
using GpuLm.Training;

namespace GpuLm.Bench.Steps;

/// <summary>One training step that is timed: a model, its batch and how it is trained.</summary>
/// <param name="Model">What the tables call the model.</param>
/// <param name="Config">The model.</param>
/// <param name="Batch">B, sequences.</param>
/// <param name="Length">T, tokens in a sequence.</param>
/// <param name="Precision">In which numbers.</param>
public sealed record StepCase(string Model, GptConfig Config, int Batch, int Length, Precision Precision)
{
    /// <summary>What the backward pass computes again.</summary>
    public Recompute Recompute { get; init; }

    /// <summary>Whether a CUDA device repeats the step's launches as a graph.</summary>
    public bool UseGraph { get; init; } = true;

    /// <summary>B T.</summary>
    public int Tokens => checked(Batch * Length);

    /// <summary>The model's numbers.</summary>
    public ModelFormat Format => new(Precision);

    /// <summary>How it is trained; the rest is the default.</summary>
    public TrainingOptions Options => new() { Batch = Batch, SequenceLength = Length, Recompute = Recompute, UseGraph = UseGraph };

    /// <summary>FLOPs of the step by PaLM's formula.</summary>
    public double ModelFlops => Tokens * Config.FlopsPerToken(Length);

    /// <summary>Bytes that it plans for on the device.</summary>
    public long PlannedBytes => MemoryPlan.Of(Config, Options, Format).Total;

    /// <summary>Columns that tell one case from another.</summary>
    public IReadOnlyDictionary<string, string> Labels => new Dictionary<string, string>
    {
        ["model"] = Model,
        ["batch"] = Batch.ToString(CultureInfo.InvariantCulture),
        ["context"] = Length.ToString(CultureInfo.InvariantCulture),
        ["precision"] = PrecisionSupport.NameOf(Precision),
        ["recompute"] = Recompute.ToString().ToLowerInvariant(),
        ["graph"] = UseGraph ? "on" : "off",
    };

    /// <summary>Unique among the cases of a run: <c>124M B4 T64 fp32</c>.</summary>
    public string Name
    {
        get
        {
            string recompute = Recompute == Recompute.None ? "" : $" recompute {Recompute.ToString().ToLowerInvariant()}";
            string graph = UseGraph ? "" : " without graph";
            return string.Create(
                CultureInfo.InvariantCulture, $"{Model} B{Batch} T{Length} {PrecisionSupport.NameOf(Precision)}{recompute}{graph}");
        }
    }
}
