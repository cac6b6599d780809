using GpuLm.Bench.Results;
using GpuLm.Devices;
using GpuLm.Models;

namespace GpuLm.Bench.Steps;

/// <summary>What was measured, as rows of a result.</summary>
static class StepRows
{
    /// <summary>The label that a family's row has besides its case's.</summary>
    public const string Family = "family";

    /// <summary>Names of figures.</summary>
    public const string TokensPerSecond = "tokens/s", ModelFlopsPerSecond = "model FLOP/s", Utilization = "MFU",
        Memory = "memory, bytes", PlannedMemory = "planned memory, bytes", Energy = "energy, joules", TokensPerJoule = "tokens per joule",
        Profiled = "profiled step, seconds", Share = "share of the step";

    /// <summary>A case that has no times.</summary>
    /// <param name="step">The case.</param>
    /// <param name="reason">Why.</param>
    /// <param name="refused">Whether its result was wrong.</param>
    public static ResultRow Without(StepCase step, string reason, bool refused) => new()
    {
        Name = step.Name, Labels = step.Labels, Tokens = step.Tokens, Flops = step.ModelFlops, Reason = reason, Refused = refused,
    };

    /// <summary>The row of a case, then one for each of its families.</summary>
    public static IEnumerable<ResultRow> Of(StepMeasurement measured, DevicePeaks peaks)
    {
        var work = StepWork.Of(measured.Case);
        return measured.Families.Families.Select(family => OfFamily(measured, family, work, peaks)).Prepend(OfStep(measured, work, peaks));
    }

    static ResultRow OfStep(StepMeasurement measured, IReadOnlyList<FamilyWork> work, DevicePeaks peaks)
    {
        var (step, samples) = (measured.Case, measured.Samples);
        var floor = StepFloor.OfStep(work, step.Precision, peaks);
        var figures = new Dictionary<string, double>
        {
            [TokensPerSecond] = step.Tokens / samples.Median,
            [ModelFlopsPerSecond] = step.ModelFlops / samples.Median,
            [Utilization] = step.ModelFlops / samples.Median / peaks.FlopsPerSecondIn(step.Precision),
            [Memory] = measured.Bytes,
            [PlannedMemory] = step.PlannedBytes,
            [Profiled] = new Measuring.Samples(measured.Families.ProfiledSeconds).Median,
        };
        if (measured.Joules is { } joules) (figures[Energy], figures[TokensPerJoule]) = (joules, step.Tokens / joules);
        return new ResultRow
        {
            Name = step.Name, Labels = step.Labels, Seconds = samples.Seconds, Tokens = step.Tokens, Flops = step.ModelFlops,
            Bytes = work.Sum(family => family.Bytes), FloorSeconds = floor.Seconds, Bound = floor.Bound,
            Launches = measured.Families.Families.Sum(family => family.Launches),
            MachineSpeed = measured.MachineFlopsPerSecond / peaks.FlopsPerSecond, Figures = figures,
        };
    }

    static ResultRow OfFamily(StepMeasurement measured, FamilyTime family, IReadOnlyList<FamilyWork> work, DevicePeaks peaks)
    {
        var step = measured.Case;
        var done = work.FirstOrDefault(w => w.Family == family.Family) ?? new FamilyWork(family.Family, 0, 0, 0);
        var floor = family.Launches == 0
            ? new StepFloor(0, Bound.Unknown)
            : StepFloor.OfFamily(done, family.Launches, step.Precision, peaks);
        return new ResultRow
        {
            Name = $"{step.Name}, {family.Family}",
            Labels = new Dictionary<string, string>(step.Labels) { [Family] = family.Family },
            Seconds = family.Seconds, Flops = done.Flops, Bytes = done.Bytes, FloorSeconds = floor.Seconds, Bound = floor.Bound,
            Launches = family.Launches, MachineSpeed = measured.MachineFlopsPerSecond / peaks.FlopsPerSecond,
            Figures = new Dictionary<string, double>
            {
                [Share] = new Measuring.Samples(family.Seconds).Median / measured.Samples.Median,
            },
        };
    }
}
