using System.Text.Json;
using System.Text.Json.Serialization;
using GpuLm.Training;

namespace GpuLm.Cli.Training;

/// <summary>What the files of a run tell about its steps so far.</summary>
static class RunRecord
{
    static readonly JsonSerializerOptions Format =
        new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true };

    /// <summary>The steps in <c>metrics.jsonl</c>; none where there is no such file.</summary>
    /// <exception cref="InvalidDataException">A line is none that a run wrote.</exception>
    public static IEnumerable<StepReport> Steps(string folder) => Lines<StepLine>(folder, MetricsFile.Name).Select(line => new StepReport(
        line.Step, line.Tokens, line.Seconds ?? 0, line.Loss ?? float.NaN, line.ValLoss, line.BitsPerByte, line.LearningRate ?? float.NaN,
        line.GradNorm ?? float.NaN, line.TokensPerSecond ?? double.NaN, line.FlopsUtilization ?? double.NaN)
    {
        Skipped = line.Skipped ?? 0, Fault = FaultNames.Parse(line.SkipReason),
    });

    /// <summary>The samples in <c>samples.jsonl</c>; none where there is no such file.</summary>
    /// <exception cref="InvalidDataException">A line is none that a run wrote.</exception>
    public static IEnumerable<TrainingSample> Samples(string folder) => Lines<SampleLine>(folder, SamplesFile.Name)
        .Select(line => new TrainingSample(line.Step, line.Prompt, line.Seed, line.Text));

    static IEnumerable<T> Lines<T>(string folder, string name)
    {
        string path = Path.Combine(folder, name);
        return File.Exists(path) ? File.ReadLines(path).Index().Select(line => Parse<T>(line.Item, path, line.Index + 1)) : [];
    }

    static T Parse<T>(string line, string path, int number)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, Format) ?? throw new JsonException("It is null.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException(
                $"Line {number} of '{path}' is none that a run wrote: {e.Message} Move the file away to go on without it.", e);
        }
    }

    sealed record StepLine(
        int Step, long Tokens, double? Seconds, float? Loss, float? ValLoss, double? BitsPerByte, float? LearningRate, float? GradNorm,
        double? TokensPerSecond, double? FlopsUtilization, int? Skipped, string? SkipReason);

    sealed record SampleLine(int Step, [property: JsonRequired] string Prompt, ulong Seed, [property: JsonRequired] string Text);
}
