using GpuLm.Bench.Results;
using GpuLm.Bench.Scaling.Fits;

namespace GpuLm.Bench.Scaling;

/// <summary>Throughputs of settings that took turns, and where they stop rising.</summary>
static class Throughput
{
    /// <summary>Below this exponent a resource hardly helps: twice of it gives less than sqrt(2) times the throughput.</summary>
    const double Bend = 0.5;

    /// <summary>Tokens per second relative to the first setting's.</summary>
    public static IReadOnlyList<Estimate> Relative(IReadOnlyList<Measured> steps)
    {
        double[] tokens = [.. steps.Select(one => (double)one.Call.Point.Step.Tokens / steps[0].Call.Point.Step.Tokens)];
        return Bootstrap.Of(
            [.. steps.Select(one => one.Samples!)], drawn => [.. drawn.Select((samples, i) => tokens[i] * samples.SpeedUpOver(drawn[0]))]);
    }

    /// <summary>The first setting beyond which more gives little; null where there is none.</summary>
    /// <param name="settings">Rising.</param>
    /// <param name="rates">Throughputs.</param>
    public static int? BendOf(IReadOnlyList<double> settings, IReadOnlyList<double> rates)
    {
        for (int i = 0; i + 1 < settings.Count; i++)
        {
            if (Math.Log(rates[i + 1] / rates[i]) / Math.Log(settings[i + 1] / settings[i]) < Bend) return i;
        }
        return null;
    }

    /// <summary><c>memory-bound at 1 to 4, compute-bound at 8 to 32</c>.</summary>
    public static string Bounds(IReadOnlyList<Measured> steps)
    {
        var runs = new List<(Bound Bound, string First, string Last)>();
        foreach (var one in steps)
        {
            var (bound, setting) = (StepLimits.Of(one.Call, one.Peaks).Bound, one.Call.Point.Setting);
            if (runs.Count > 0 && runs[^1].Bound == bound) runs[^1] = runs[^1] with { Last = setting };
            else runs.Add((bound, setting, setting));
        }
        return string.Join(", ", runs.Select(run =>
            $"{Word(run.Bound)} at {(run.First == run.Last ? run.First : $"{run.First} to {run.Last}")}"));
    }

    static string Word(Bound bound) =>
        bound == Bound.Unknown ? "bound by something that was not measured" : $"{bound.ToString().ToLowerInvariant()}-bound";
}
