using MathNet.Numerics.Statistics;

namespace GpuLm.Bench.Measuring;

/// <summary>Times of one and the same call, one for each round.</summary>
/// <param name="Seconds">In the order in which they were measured; one or more.</param>
public sealed record Samples(IReadOnlyList<double> Seconds)
{
    /// <summary>The time in the middle.</summary>
    public double Median => Seconds.Median();

    /// <summary>A quarter of the rounds took no longer than this.</summary>
    public double LowerQuartile => Seconds.LowerQuartile();

    /// <summary>A quarter of the rounds took no less than this.</summary>
    public double UpperQuartile => Seconds.UpperQuartile();

    /// <summary>The quartiles' distance as a share of the median.</summary>
    public double Spread => (UpperQuartile - LowerQuartile) / Median;

    /// <summary>
    /// How many times faster these calls are than others that took turns with them: the median over rounds of the ratio of both times, so
    /// that a machine that slows down slows both.
    /// </summary>
    /// <exception cref="ArgumentException">The rounds are not the same number.</exception>
    public double SpeedUpOver(Samples other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Seconds.Count != Seconds.Count)
        {
            throw new ArgumentException($"{Seconds.Count} rounds cannot be compared in turn with {other.Seconds.Count}.", nameof(other));
        }
        return other.Seconds.Zip(Seconds, (theirs, mine) => theirs / mine).Median();
    }
}
