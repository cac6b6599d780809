using GpuLm.Bench.Results;
using GpuLm.Models;

namespace GpuLm.Bench.Ladder;

/// <summary>A training step that was measured on a device.</summary>
/// <param name="Folder">The name of the folder that its results lie in.</param>
/// <param name="Environment">Where it was measured.</param>
/// <param name="Row">What was measured; it has times and tokens.</param>
public sealed record MeasuredStep(string Folder, RunEnvironment Environment, ResultRow Row)
{
    /// <summary>The precision of its matrix products.</summary>
    public Precision Precision { get; } = PrecisionOf(Row);

    /// <summary>Tokens per second.</summary>
    public double TokensPerSecond => Row.Tokens / Row.Samples!.Median;

    /// <summary>Model FLOP/s by PaLM's formula.</summary>
    public double FlopsPerSecond => Row.Flops / Row.Samples!.Median;

    /// <summary>The device's measured peak in the step's precision, FLOP/s; NaN where it was not measured.</summary>
    public double MeasuredPeak => Environment.Peaks.FlopsPerSecondIn(Precision);

    /// <summary>What was trained, whatever the precision: the same on every device.</summary>
    public string Task { get; } = string.Join(
        ", ", Row.Labels.Where(label => !NotTheTask.Contains(label.Key)).Select(label => Named(label.Key, label.Value)));

    static readonly string[] NotTheTask = ["precision", "device", "workers", "recompute", "graph"];

    /// <summary>Whether a row is a whole step with times: not a family of its kernels, not refused.</summary>
    public static bool IsStep(ResultRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return row.Samples is not null && row.Tokens > 0 && !row.Labels.ContainsKey("family");
    }

    static string Named(string key, string value) => key == "model" ? value : $"{key} {value}";

    static Precision PrecisionOf(ResultRow row) =>
        Enum.TryParse(row.Labels.GetValueOrDefault("precision"), ignoreCase: true, out Precision precision) ? precision : Precision.Fp32;
}
