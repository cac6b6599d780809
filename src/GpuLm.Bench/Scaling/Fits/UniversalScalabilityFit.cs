using GpuLm.Bench.Measuring;

namespace GpuLm.Bench.Scaling.Fits;

/// <summary>
/// Gunther's universal scalability law S(p) = p / (1 + a (p - 1) + b p (p - 1)): a is contention, work that waits for its turn, and b
/// coherency, the price of workers that must agree pairwise; with b above 0 there is a number of workers beyond which more are slower
/// (N. Gunther, "A Simple Capacity Model of Massively Parallel Transaction Systems", 1993, and "Guerrilla Capacity Planning", 2007).
/// Fitted to times relative to one worker's, 1/S = 1/p + a (p - 1)/p + b (p - 1), with a, b >= 0.
/// </summary>
public sealed record UniversalScalabilityFit
{
    /// <summary>a.</summary>
    public required Estimate Contention { get; init; }

    /// <summary>b.</summary>
    public required Estimate Coherency { get; init; }

    /// <summary>
    /// sqrt((1 - a) / b), the number of workers with the largest speed-up; infinite where b is 0, 1 where a is 1 or more.
    /// </summary>
    public required Estimate Best { get; init; }

    /// <summary>
    /// The largest distance of a measured time from the law, as a share of it; null where three settings determine the law exactly, and
    /// nothing shows whether it holds.
    /// </summary>
    public double? WorstMiss { get; init; }

    /// <summary>
    /// Fits the law; null where it is not identified: fewer than three numbers of workers for its two parameters, or the first is not 1.
    /// </summary>
    /// <inheritdoc cref="AmdahlFit.Of" path="/param"/>
    public static UniversalScalabilityFit? Of(IReadOnlyList<double> workers, IReadOnlyList<Samples> turns, int resamples = 1000)
    {
        ArgumentNullException.ThrowIfNull(workers);
        ArgumentNullException.ThrowIfNull(turns);
        if (workers.Distinct().Count() < 3 || workers[0] != 1) return null;
        var estimates = Bootstrap.Of(turns, drawn => Solve(workers, drawn) is [var a, var b] ? [a, b, BestOf(a, b)] : [], resamples);
        double contention = estimates[0].Value, coherency = estimates[1].Value;
        return new UniversalScalabilityFit
        {
            Contention = estimates[0],
            Coherency = estimates[1],
            Best = estimates[2],
            WorstMiss = workers.Count < 4
                ? null
                : RelativeTimes.WorstMiss(workers, turns, p => (1 + contention * (p - 1) + coherency * p * (p - 1)) / p),
        };
    }

    /// <summary>The law's speed-up at p workers.</summary>
    public double At(double p) => p / (1 + Contention.Value * (p - 1) + Coherency.Value * p * (p - 1));

    static double BestOf(double a, double b) => a >= 1 ? 1 : Math.Sqrt((1 - a) / b);

    static double[] Solve(IReadOnlyList<double> workers, IReadOnlyList<Samples> turns)
    {
        double[] p = [.. workers.Skip(1)];
        return RelativeLeastSquares.Solve(
            [.. p.Select(count => new[] { (count - 1) / count, count - 1 })], RelativeTimes.Of(turns), [.. p.Select(count => 1 / count)]);
    }
}
