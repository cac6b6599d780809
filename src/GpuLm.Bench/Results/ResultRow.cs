using System.Text.Json.Serialization;
using GpuLm.Bench.Measuring;

namespace GpuLm.Bench.Results;

/// <summary>What keeps a call from being faster, by the ceilings that were measured.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Bound>))]
public enum Bound
{
    /// <summary>There is no floor to compare with.</summary>
    Unknown,

    /// <summary>The least time for its arithmetic is the largest.</summary>
    Compute,

    /// <summary>The least time for its memory traffic is the largest.</summary>
    Memory,

    /// <summary>The least time for its launches is the largest.</summary>
    Launch,
}

/// <summary>One line of a suite: what was called, how long it took, and how long it must take at least.</summary>
public sealed record ResultRow
{
    /// <summary>Unique in its suite, and the same in another run of the same suite: <c>compare</c> finds rows by it.</summary>
    public required string Name { get; init; }

    /// <summary>What was called, column by column: kernel, shape, precision, cache ... The tables show them in this order.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>Seconds of one call, one for each round; empty where there are none, for <see cref="Reason"/>.</summary>
    public IReadOnlyList<double> Seconds { get; init; } = [];

    /// <summary>Floating-point operations of one call, by the kernel catalog or the model's formula.</summary>
    public double Flops { get; init; }

    /// <summary>Bytes that one call must move: each input once, each output once.</summary>
    public double Bytes { get; init; }

    /// <summary>Tokens that one call trains on; 0 where it is not about tokens.</summary>
    public double Tokens { get; init; }

    /// <summary>The least time of one call by the measured ceilings; 0 where none is known.</summary>
    public double FloorSeconds { get; init; }

    /// <summary>Which of the ceilings makes the floor.</summary>
    public Bound Bound { get; init; }

    /// <summary>Kernel launches of one call; 0 where they were not counted.</summary>
    public int Launches { get; init; }

    /// <summary>
    /// The speed of the machine beside this row, by a short burst of multiply-adds, as a share of its measured peak. Well below 1 says that
    /// something else was running; 0 says that it was not measured.
    /// </summary>
    public double MachineSpeed { get; init; }

    /// <summary>Further figures, each with its unit in its name: <c>memory, bytes</c>, <c>energy, joules</c>.</summary>
    public IReadOnlyDictionary<string, double> Figures { get; init; } = new Dictionary<string, double>();

    /// <summary>Why there are no times: a result that is wrong, a device that lacks the kernel.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether the row has no times because its result was wrong.</summary>
    public bool Refused { get; init; }

    /// <summary>The times, where there are any.</summary>
    [JsonIgnore]
    public Samples? Samples => Seconds.Count == 0 ? null : new Samples(Seconds);

    /// <summary>The floor over the median: 1 is as fast as the ceilings allow; NaN where either is unknown.</summary>
    [JsonIgnore]
    public double ShareOfCeiling => Samples is { } samples && FloorSeconds > 0 ? FloorSeconds / samples.Median : double.NaN;
}
