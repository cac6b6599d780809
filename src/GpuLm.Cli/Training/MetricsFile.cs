using System.Text.Json;
using GpuLm.Training;

namespace GpuLm.Cli.Training;

/// <summary>
/// <c>metrics.jsonl</c>: a JSON object a line, a line a step, on the disk as soon as the step is done. A resumed run adds to the file.
/// </summary>
sealed class MetricsFile : IRunObserver, IDisposable
{
    public const string Name = "metrics.jsonl";
    readonly FileStream file;

    public MetricsFile(string folder) =>
        file = new FileStream(Path.Combine(folder, Name), FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);

    /// <summary>Adds a step's line; what was not measured, or is not finite, is null.</summary>
    public void OnStep(StepReport report)
    {
        using (var json = new Utf8JsonWriter(file))
        {
            json.WriteStartObject();
            json.WriteNumber("step", report.Step);
            json.WriteNumber("tokens", report.Tokens);
            Write(json, "seconds", Math.Round(report.Seconds, 3));
            Write(json, "loss", report.Loss);
            Write(json, "val_loss", report.ValidationLoss);
            Write(json, "bits_per_byte", report.BitsPerByte);
            Write(json, "learning_rate", report.LearningRate);
            Write(json, "grad_norm", report.GradientNorm);
            Write(json, "tokens_per_second", Math.Round(report.TokensPerSecond, 1));
            Write(json, "flops_utilization", report.FlopsUtilization);
            json.WriteNumber("skipped", report.Skipped);
            json.WriteString("skip_reason", report.Fault is { } fault ? FaultNames.Of(fault) : null);
            json.WriteEndObject();
        }
        file.WriteByte((byte)'\n');
    }

    // A float is written with the digits of a float: as a double, 0.1f would be 0.10000000149011612.
    static void Write(Utf8JsonWriter json, string name, float? value)
    {
        if (value is float number && float.IsFinite(number)) json.WriteNumber(name, number);
        else json.WriteNull(name);
    }

    static void Write(Utf8JsonWriter json, string name, double? value)
    {
        if (value is double number && double.IsFinite(number)) json.WriteNumber(name, number);
        else json.WriteNull(name);
    }

    public void Dispose() => file.Dispose();
}
