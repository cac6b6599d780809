using System.Text.Json.Serialization;

namespace GpuLm.Bench.Results.Comparing;

/// <summary>What two runs say of one row.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Verdict>))]
public enum Verdict
{
    /// <summary>The difference may be the machine's, or chance.</summary>
    Undecided,

    /// <summary>The later run is faster, beyond what machine and chance explain.</summary>
    Faster,

    /// <summary>The later run is slower, beyond what machine and chance explain.</summary>
    Slower,
}

/// <summary>One row in two runs.</summary>
/// <param name="Name">The row.</param>
/// <param name="Verdict">What follows.</param>
/// <param name="Ratio">Median time of the later run over that of the earlier: above 1 is slower. NaN where either has no times.</param>
/// <param name="Threshold">The ratio, or one over it, that a verdict needs; above 1.</param>
/// <param name="PValue">
/// The probability of a difference as large by chance, beyond the threshold, by the Mann-Whitney test, corrected by Holm for all rows
/// together; 1 where the medians do not pass the threshold.
/// </param>
/// <param name="Reason">Why it is undecided; empty for a verdict.</param>
public sealed record RowComparison(string Name, Verdict Verdict, double Ratio, double Threshold, double PValue, string Reason);
