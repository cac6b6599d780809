using System.Text.Json;
using System.Text.Json.Serialization;
using GpuLm.Bench.Results;

namespace GpuLm.Bench.Peers;

/// <summary>What a bar is measured by.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Measure>))]
public enum Measure
{
    /// <summary>The peer's time.</summary>
    PyTorch,

    /// <summary>The bytes a second of the fastest copy or triad of both sides: for work that memory limits.</summary>
    Copy,
}

/// <summary>What work has to reach on a GPU.</summary>
/// <param name="Work">The work, as <see cref="PeerLabels.What"/> names it, at all sizes.</param>
/// <param name="Precision">In these numbers.</param>
/// <param name="Against">By what it is measured.</param>
/// <param name="Least">The least ratio.</param>
/// <param name="Aim">The ratio that is aimed at.</param>
public sealed record Bar(IReadOnlyList<string> Work, string Precision, Measure Against, double Least, double Aim)
{
    /// <summary>The project's bars, benchmarks/GpuProof/bars.json.</summary>
    public static IReadOnlyList<Bar> All { get; } = Read();

    static Bar[] Read()
    {
        using var stream = typeof(Bar).Assembly.GetManifestResourceStream("bars.json")!;
        return JsonSerializer.Deserialize<Bar[]>(stream, BenchJson.Options)!;
    }
}
