using GpuLm.Bench.Measuring;

namespace GpuLm.Bench.Scaling.Fits;

/// <summary>
/// A fixed cost and a cost for each unit of work, t(n) = t0 + n t1, so the rate n / t(n) saturates: it approaches R = 1 / t1 and reaches
/// half of it at n_1/2 = t0 / t1 (Hockney and Jesshope, "Parallel Computers", 1981). Fitted by relative least squares with t0, t1 >= 0.
/// </summary>
public sealed record SaturationFit
{
    /// <summary>t0, seconds that a call takes whatever its size.</summary>
    public required Estimate FixedSeconds { get; init; }

    /// <summary>R, units per second that an endless call would reach.</summary>
    public required Estimate Rate { get; init; }

    /// <summary>n_1/2, the units at which a call reaches half of R.</summary>
    public required Estimate HalfPerformance { get; init; }

    /// <summary>
    /// The largest distance of a measured time from the law, as a share of it; null where two sizes determine the law exactly, and nothing
    /// shows whether it holds.
    /// </summary>
    public double? WorstMiss { get; init; }

    /// <summary>Fits the law; null where it is not identified: fewer than two sizes.</summary>
    /// <param name="units">n of each setting.</param>
    /// <param name="turns">The times of each setting, which took turns.</param>
    /// <param name="resamples">Of the bootstrap.</param>
    public static SaturationFit? Of(IReadOnlyList<double> units, IReadOnlyList<Samples> turns, int resamples = 1000)
    {
        ArgumentNullException.ThrowIfNull(units);
        ArgumentNullException.ThrowIfNull(turns);
        if (units.Distinct().Count() < 2) return null;
        var estimates = Bootstrap.Of(turns, drawn => Solve(units, drawn) is [var t0, var t1] ? [t0, 1 / t1, t0 / t1] : [], resamples);
        double fixedSeconds = estimates[0].Value, rate = estimates[1].Value;
        return new SaturationFit
        {
            FixedSeconds = estimates[0],
            Rate = estimates[1],
            HalfPerformance = estimates[2],
            WorstMiss = units.Count < 3
                ? null
                : units.Zip(turns, (n, samples) => Math.Abs((fixedSeconds + n / rate) / samples.Median - 1)).Max(),
        };
    }

    static double[] Solve(IReadOnlyList<double> units, IReadOnlyList<Samples> turns) => RelativeLeastSquares.Solve(
        [.. units.Select(n => new[] { 1, n })], [.. turns.Select(samples => samples.Median)], [.. units.Select(_ => 0.0)]);
}
