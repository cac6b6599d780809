using GpuLm.Bench.Measuring;

namespace GpuLm.Bench.Scaling.Fits;

/// <summary>
/// Amdahl's law S(p) = 1 / (s + (1 - s) / p): a share s of the work runs on one worker only (G. Amdahl, "Validity of the Single Processor
/// Approach to Achieving Large Scale Computing Capabilities", 1967). Fitted to times relative to one worker's, 1/S = 1/p + s (1 - 1/p),
/// with 0 &lt;= s &lt;= 1.
/// </summary>
public sealed record AmdahlFit
{
    /// <summary>s.</summary>
    public required Estimate SerialShare { get; init; }

    /// <summary>1 / s, the speed-up that no number of workers passes.</summary>
    public required Estimate Limit { get; init; }

    /// <summary>
    /// The largest distance of a measured time from the law, as a share of it; null where two settings determine the law exactly, and
    /// nothing shows whether it holds.
    /// </summary>
    public double? WorstMiss { get; init; }

    /// <summary>Fits the law; null where it is not identified: fewer than two numbers of workers, or the first is not 1.</summary>
    /// <param name="workers">p of each setting, from 1 up.</param>
    /// <param name="turns">The times of each setting, which took turns.</param>
    /// <param name="resamples">Of the bootstrap.</param>
    public static AmdahlFit? Of(IReadOnlyList<double> workers, IReadOnlyList<Samples> turns, int resamples = 1000)
    {
        ArgumentNullException.ThrowIfNull(workers);
        ArgumentNullException.ThrowIfNull(turns);
        if (workers.Distinct().Count() < 2 || workers[0] != 1) return null;
        var estimates = Bootstrap.Of(turns, drawn => Solve(workers, drawn) is var s ? [s, 1 / s] : [], resamples);
        double share = estimates[0].Value;
        return new AmdahlFit
        {
            SerialShare = estimates[0],
            Limit = estimates[1],
            WorstMiss = workers.Count < 3 ? null : RelativeTimes.WorstMiss(workers, turns, p => share + (1 - share) / p),
        };
    }

    /// <summary>The law's speed-up at p workers.</summary>
    public double At(double p) => 1 / (SerialShare.Value + (1 - SerialShare.Value) / p);

    static double Solve(IReadOnlyList<double> workers, IReadOnlyList<Samples> turns)
    {
        double[] p = [.. workers.Skip(1)];
        double[] s = RelativeLeastSquares.Solve(
            [.. p.Select(count => new[] { 1 - 1 / count })], RelativeTimes.Of(turns), [.. p.Select(count => 1 / count)]);
        return Math.Min(1, s[0]);
    }
}
