using System.Diagnostics;
using GpuLm.Kernels.Common;

namespace GpuLm.Bench.Steps;

/// <summary>What the launches of one family took in a step.</summary>
/// <param name="Family">The operation.</param>
/// <param name="Seconds">One time for each profiled step, scaled to a step without profile.</param>
/// <param name="Launches">Launches in a step.</param>
public sealed record FamilyTime(string Family, IReadOnlyList<double> Seconds, int Launches);

/// <summary>
/// Steps whose launches are timed one by one. Waiting for each makes the step longer than it is, so a family's time is its share of the
/// profiled step times the plain step's time; the families and what lies between the launches add up to the plain step.
/// </summary>
/// <param name="Families">The families and <see cref="Between"/>.</param>
/// <param name="ProfiledSeconds">What the profiled steps took.</param>
public sealed record FamilyTimes(IReadOnlyList<FamilyTime> Families, IReadOnlyList<double> ProfiledSeconds)
{
    /// <summary>What a step does outside its launches: the batch's way to the device, the host's own sums, the calls.</summary>
    public const string Between = "between launches";

    /// <summary>Profiles some steps.</summary>
    /// <param name="profile">The device's.</param>
    /// <param name="step">One step.</param>
    /// <param name="steps">How many are profiled.</param>
    /// <param name="plainSeconds">What a step takes without profile.</param>
    public static FamilyTimes Measure(LaunchProfile profile, Action step, int steps, double plainSeconds)
    {
        ArgumentNullException.ThrowIfNull(profile);
        var totals = new List<double>();
        var recorded = new List<IReadOnlyList<TimedLaunch>>();
        for (int i = 0; i < steps; i++)
        {
            long start = Stopwatch.GetTimestamp();
            recorded.Add(profile.Record(step));
            totals.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return Of(recorded, totals, plainSeconds);
    }

    internal static FamilyTimes Of(
        IReadOnlyList<IReadOnlyList<TimedLaunch>> steps, IReadOnlyList<double> totals, double plainSeconds)
    {
        double[] launched = [.. steps.Select(launches => launches.Sum(launch => launch.Seconds))];
        var families = steps[0].Select(launch => launch.Operation).Distinct().Select(family => new FamilyTime(
            family,
            Scaled(steps.Select(step => step.Where(launch => launch.Operation == family).Sum(launch => launch.Seconds))),
            steps[0].Count(launch => launch.Operation == family)));
        var between = new FamilyTime(Between, Scaled(totals.Zip(launched, (total, launches) => total - launches)), 0);
        return new FamilyTimes([.. families.OrderByDescending(family => family.Seconds.Sum()), between], totals);

        double[] Scaled(IEnumerable<double> seconds) => [.. seconds.Zip(totals, (part, total) => part / total * plainSeconds)];
    }
}
