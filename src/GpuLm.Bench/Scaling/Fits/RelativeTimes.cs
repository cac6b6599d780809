using GpuLm.Bench.Measuring;

namespace GpuLm.Bench.Scaling.Fits;

/// <summary>Times relative to the first setting's, 1 / S, round by round.</summary>
static class RelativeTimes
{
    /// <summary>1 / S of every setting but the first.</summary>
    public static double[] Of(IReadOnlyList<Samples> turns) => [.. turns.Skip(1).Select(samples => 1 / samples.SpeedUpOver(turns[0]))];

    /// <summary>The largest relative distance of a law from these times.</summary>
    public static double WorstMiss(IReadOnlyList<double> workers, IReadOnlyList<Samples> turns, Func<double, double> law) =>
        workers.Skip(1).Zip(Of(turns), (p, time) => Math.Abs(law(p) / time - 1)).Max();
}
