using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using GpuLm.Devices;

namespace GpuLm.Proof;

/// <summary>One case of one round: figures, or the reason why there are none.</summary>
/// <param name="Round">Which turn of this side; the sides take turns.</param>
/// <param name="Name">The case.</param>
/// <param name="Shape">The sizes that were measured.</param>
/// <param name="Precision">How the operands are stored.</param>
/// <param name="Milliseconds">The median call.</param>
/// <param name="Q1">The first quartile, in milliseconds.</param>
/// <param name="Q3">The third quartile, in milliseconds.</param>
/// <param name="Repetitions">Timed blocks.</param>
/// <param name="Rate">Work a second, in <paramref name="Unit"/>.</param>
/// <param name="Unit">TFLOP/s, GB/s or tokens/s.</param>
/// <param name="Detail">What else is to be known, the losses of a step for instance.</param>
/// <param name="Reason">Why there are no figures.</param>
sealed record CaseResult(
    int Round, string Name, string Shape, string Precision, double Milliseconds = 0, double Q1 = 0, double Q3 = 0, int Repetitions = 0,
    double Rate = 0, string Unit = "", string? Detail = null, string? Reason = null)
{
    const string Wrong = "refused, the result is wrong: ";

    /// <summary>Whether there are no figures because the result was wrong.</summary>
    [JsonIgnore]
    public bool Refused => Reason?.StartsWith(Wrong, StringComparison.Ordinal) == true;

    /// <summary>This case, refused.</summary>
    public CaseResult Refuse(string what) => this with { Reason = Wrong + what };
}

/// <summary>Where and with what one side was measured.</summary>
sealed record Machine(string Device, string Software, string Commit, string Date, string Command)
{
    public static Machine Of(DeviceInfo device) => new(
        device.ToString(), $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}",
        // The SDK appends the commit to the version.
        typeof(Machine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+').Last(),
        DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm'Z'", null), "gpulm-proof " + string.Join(' ', Environment.GetCommandLineArgs().Skip(1)));
}

/// <summary>All that one side measured; the same file format on both sides.</summary>
sealed record Report(string Side, Machine Machine, IReadOnlyList<CaseResult> Results)
{
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The report in a file, or nothing where there is no file.</summary>
    /// <exception cref="JsonException">The file is no report.</exception>
    public static Report? Find(string path) =>
        File.Exists(path) ? JsonSerializer.Deserialize<Report>(File.ReadAllText(path), Json) : null;

    /// <summary>This report with one more result, in place of an earlier one of the same case and round.</summary>
    public Report With(CaseResult result) =>
        this with { Results = [.. Results.Where(old => (old.Name, old.Round) != (result.Name, result.Round)), result] };

    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, Json) + "\n");
}
