using System.Text.Json;
using GpuLm.Training;

namespace GpuLm.Cli.Training;

/// <summary>
/// <c>metrics.jsonl</c>: a JSON object a line, a line a step, on the disk as soon as the step is done. A resumed run adds to the file.
/// </summary>
sealed class MetricsFile : IRunObserver, IDisposable
{
    public const string Name = "metrics.jsonl";
    readonly RecordFile file;
    readonly MemoryStream line = new();

    /// <summary>Opens the file of a run.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="tell">Hears that the file cannot be written.</param>
    public MetricsFile(string folder, Action<string>? tell = null) =>
        file = new RecordFile(Path.Combine(folder, Name), FileMode.Append, FileShare.Read, tell);

    /// <summary>Adds a step's line; what was not measured, or is not finite, is null.</summary>
    public void OnStep(StepReport report)
    {
        line.SetLength(0);
        using (var json = new Utf8JsonWriter(line))
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
        line.WriteByte((byte)'\n');
        file.Append(line.GetBuffer().AsSpan(0, (int)line.Length));
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
