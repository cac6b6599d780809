using GpuLm.Models;

namespace GpuLm.Bench.Ladder;

/// <summary>What a run would take on one accelerator: a projection, not a measurement.</summary>
/// <param name="Accelerator">The device.</param>
/// <param name="Precision">The precision that it would compute in.</param>
/// <param name="Utilization">The share of its peak that is expected.</param>
/// <param name="Seconds">Time on one device.</param>
public sealed record ProjectedRun(Accelerator Accelerator, Precision Precision, Utilization Utilization, double Seconds)
{
    const double SecondsPerHour = 3600, SecondsPerYear = 365.25 * 24 * 3600;

    /// <summary>Years over which a device's price is spread.</summary>
    public const double LifetimeYears = 4;

    /// <summary>US dollars for a rented device; null where no price is known.</summary>
    public double? RentDollars => Accelerator.Rent?.Value * Seconds / SecondsPerHour;

    /// <summary>The run's share of a device's price, US dollars, without power; null where no price is known.</summary>
    public double? PurchaseDollars => Accelerator.Purchase?.Value * Seconds / (LifetimeYears * SecondsPerYear);

    /// <summary>Energy at the thermal design power, joules; null where it is not known.</summary>
    public double? Joules => Accelerator.Power?.Value * Seconds;
}

/// <summary>What a run would take on each accelerator.</summary>
/// <param name="Flops">Floating-point operations of the run.</param>
/// <param name="Precision">The precision that was asked for.</param>
/// <param name="Runs">By accelerator; those without a peak are left out.</param>
public sealed record Projection(double Flops, Precision Precision, IReadOnlyList<ProjectedRun> Runs)
{
    /// <summary>Training costs 6 operations for each parameter and token (Kaplan et al. 2020, section 2.1; no attention).</summary>
    public static double FlopsOf(double parameters, double tokens) => 6 * parameters * tokens;

    /// <summary>Projects a run: time = FLOPs / (peak FLOP/s x utilization).</summary>
    public static Projection Of(double flops, Precision precision, AcceleratorTable table, KnownUtilization known)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(known);
        var runs = from accelerator in table.Accelerators
                   let used = accelerator.FastestUpTo(precision)
                   where used is not null
                   let utilization = known.For(accelerator, used.Value)
                   let peak = accelerator.PeakIn(used.Value)!.Value
                   select new ProjectedRun(accelerator, used.Value, utilization, flops / (peak * utilization.Share));
        return new Projection(flops, precision, [.. runs]);
    }
}
