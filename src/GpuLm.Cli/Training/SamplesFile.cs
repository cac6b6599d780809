using System.Text.Encodings.Web;
using System.Text.Json;
using GpuLm.Training;

namespace GpuLm.Cli.Training;

/// <summary>
/// <c>samples.jsonl</c>: a JSON object a line, a line a sample, with <c>step</c>, <c>prompt</c>, <c>seed</c> and <c>text</c>; on the disk
/// as soon as the sample is made.
/// </summary>
/// <param name="folder">The run's folder.</param>
/// <param name="tell">Hears that the file cannot be written.</param>
sealed class SamplesFile(string folder, Action<string>? tell = null) : IRunObserver, IDisposable
{
    public const string Name = "samples.jsonl";

    // The default writes every letter beyond ASCII, and the apostrophe, as six characters.
    static readonly JsonSerializerOptions Format =
        new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly RecordFile file = new(Path.Combine(folder, Name), FileMode.Append, FileShare.Read, tell);

    public void OnStep(StepReport report)
    {
    }

    /// <summary>Adds a sample's line.</summary>
    public void OnSample(TrainingSample sample) => file.Append(
        [.. JsonSerializer.SerializeToUtf8Bytes(new Line(sample.Step, sample.Prompt, sample.Seed, sample.Text), Format), (byte)'\n']);

    public void Dispose() => file.Dispose();

    sealed record Line(int Step, string Prompt, ulong Seed, string Text);
}
