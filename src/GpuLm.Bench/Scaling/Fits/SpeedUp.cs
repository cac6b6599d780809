using GpuLm.Bench.Measuring;

namespace GpuLm.Bench.Scaling.Fits;

/// <summary>What more of a resource did for one and the same work.</summary>
/// <param name="Resource">p, the workers for instance.</param>
/// <param name="Value">S(p), the time with the least of it over the time with p, the median over rounds.</param>
/// <param name="Efficiency">S(p) over the ratio of the resources.</param>
public sealed record SpeedUp(double Resource, Estimate Value, Estimate Efficiency)
{
    /// <summary>Speed-ups against the first of several settings that took turns.</summary>
    /// <param name="resources">p of each; the first is the base.</param>
    /// <param name="turns">The times of each.</param>
    public static IReadOnlyList<SpeedUp> Of(IReadOnlyList<double> resources, IReadOnlyList<Samples> turns)
    {
        ArgumentNullException.ThrowIfNull(resources);
        ArgumentNullException.ThrowIfNull(turns);
        var estimates = Bootstrap.Of(turns, drawn => [.. drawn.Select(samples => samples.SpeedUpOver(drawn[0]))]);
        return [.. resources.Zip(estimates, (p, speedUp) => new SpeedUp(p, speedUp, speedUp.Times(resources[0] / p)))];
    }
}
