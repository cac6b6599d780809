using GpuLm.Bench.Measuring;
using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;

namespace GpuLm.Bench.Scaling.Fits;

/// <summary>
/// Confidence intervals of anything that is computed from times that took turns: rounds are drawn again with replacement, the same rounds
/// for all calls, so that what a round did to all of them stays together (Efron, "Bootstrap Methods", 1979). The percentiles are widened
/// for few rounds, which are drawn again too close together (the expanded percentile interval of T. Hesterberg, "What Teachers Should Know
/// About the Bootstrap", 2015).
/// </summary>
static class Bootstrap
{
    const int Seed = 1;

    /// <summary>Rounds below which there is no interval.</summary>
    public const int LeastRounds = 3;

    /// <summary>Estimates several figures; with too few rounds their intervals are unbounded.</summary>
    /// <param name="turns">The times of each call, all of the same number of rounds.</param>
    /// <param name="figures">Computes the figures, always the same number.</param>
    /// <param name="resamples">How often rounds are drawn again.</param>
    public static Estimate[] Of(
        IReadOnlyList<Samples> turns, Func<IReadOnlyList<Samples>, double[]> figures, int resamples = 1000)
    {
        double[] values = figures(turns);
        int rounds = turns[0].Seconds.Count;
        if (rounds < LeastRounds) return [.. values.Select(value => new Estimate(value, double.NegativeInfinity, double.PositiveInfinity))];
        var random = new Random(Seed);
        var draws = values.Select(_ => new double[resamples]).ToArray();
        var picked = new int[rounds];
        for (int draw = 0; draw < resamples; draw++)
        {
            for (int i = 0; i < rounds; i++) picked[i] = random.Next(rounds);
            double[] drawn = figures([.. turns.Select(samples => new Samples([.. picked.Select(round => samples.Seconds[round])]))]);
            for (int figure = 0; figure < values.Length; figure++) draws[figure][draw] = drawn[figure];
        }
        double tail = Tail(rounds);
        return [.. values.Zip(draws, (value, drawn) => new Estimate(value, Quantile(drawn, tail), Quantile(drawn, 1 - tail)))];
    }

    static double Tail(int rounds)
    {
        double t = StudentT.InvCDF(0, 1, rounds - 1, (1 + Estimate.Confidence) / 2);
        return Normal.CDF(0, 1, -t * Math.Sqrt(rounds / (rounds - 1.0)));
    }

    /// <summary>Infinite figures sort to the end; a quantile between two of them is infinite and not NaN.</summary>
    static double Quantile(double[] drawn, double share)
    {
        double quantile = drawn.Quantile(share);
        return double.IsNaN(quantile) ? double.PositiveInfinity : quantile;
    }
}
