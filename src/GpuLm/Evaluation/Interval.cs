using MathNet.Numerics.Distributions;

namespace GpuLm.Evaluation;

/// <summary>A confidence interval of 95 %.</summary>
/// <param name="Low">Its lower end.</param>
/// <param name="High">Its upper end.</param>
public readonly record struct Interval(double Low, double High)
{
    const double Upper = 0.975;

    /// <summary>
    /// A share of successes, by Wilson's score interval (E. B. Wilson, "Probable inference, the law of succession, and statistical
    /// inference", 1927): (p + z^2 / 2n +- z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n), z = 1.96.
    /// </summary>
    /// <param name="successes">0 to <paramref name="trials"/>; ties may make it a fraction.</param>
    /// <param name="trials">n, 1 or more.</param>
    public static Interval OfShare(double successes, int trials)
    {
        double z = Normal.InvCDF(0, 1, Upper), n = trials, p = successes / n;
        double middle = p + z * z / (2 * n), half = z * Math.Sqrt(p * (1 - p) / n + z * z / (4 * n * n));
        return new Interval(Math.Max(0, (middle - half) / (1 + z * z / n)), Math.Min(1, (middle + half) / (1 + z * z / n)));
    }

    /// <summary>
    /// A mean loss per token over units of different lengths, sum of losses / sum of tokens, by the ratio estimator's variance: with
    /// r_i = loss_i - mean tokens_i over n units, s^2 = n / (n - 1) sum r_i^2 / (sum tokens)^2 (W. G. Cochran, "Sampling Techniques", 1977,
    /// chapter 6), and Student's t. The units must be independent: documents are, windows of one text nearly.
    /// </summary>
    /// <returns>The interval; nothing for fewer than 2 units.</returns>
    public static Interval? OfMean(IReadOnlyList<(double Loss, long Tokens)> units)
    {
        ArgumentNullException.ThrowIfNull(units);
        int n = units.Count;
        if (n < 2) return null;
        double tokens = units.Sum(unit => unit.Tokens), mean = units.Sum(unit => unit.Loss) / tokens;
        double squares = units.Sum(unit => Math.Pow(unit.Loss - mean * unit.Tokens, 2));
        double half = StudentT.InvCDF(0, 1, n - 1, Upper) * Math.Sqrt(n / (n - 1.0) * squares) / tokens;
        return new Interval(mean - half, mean + half);
    }
}
