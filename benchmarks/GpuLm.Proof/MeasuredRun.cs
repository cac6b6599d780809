using System.Diagnostics;
using GpuLm.Devices;
using GpuLm.Kernels.Common;

namespace GpuLm.Proof;

/// <summary>One turn of this side: case after case on one device, into one report.</summary>
/// <param name="info">The device.</param>
/// <param name="round">The turn's number.</param>
/// <param name="path">The report's file, if there is to be one; results of earlier turns stay in it.</param>
sealed class MeasuredRun(DeviceInfo info, int round, string? path)
{
    /// <summary>A case takes the first of these precisions that it has.</summary>
    public required IReadOnlyList<Precision> Wanted { get; init; }

    /// <summary>Time for all cases; none means that every case runs, and as briefly as can be.</summary>
    public required TimeSpan? Time { get; init; }

    /// <summary>Measures cases, and says on the output how each went.</summary>
    /// <returns>Whether no case failed or was refused; a launcher that does not exist yet is no failure.</returns>
    public bool Measure(DeviceCatalog catalog, IReadOnlyList<CaseSpec> cases, TextWriter output)
    {
        using var device = catalog.Open(info);
        output.WriteLine($"Device: {info}");
        var report = (path is null ? null : Report.Find(path)) ?? new Report("GpuLm", Machine.Of(info), []);
        long begin = Stopwatch.GetTimestamp();
        bool good = true;
        // Every second round goes backwards: what drifts in a round, and what its end has no time for, meets other cases.
        var ordered = round % 2 == 0 ? cases.Reverse().ToList() : cases;
        for (int i = 0; i < ordered.Count; i++)
        {
            TimeSpan? left = Time - Stopwatch.GetElapsedTime(begin);
            var (result, failed) = Measure(ordered[i], left, left / (ordered.Count - i) ?? TimeSpan.Zero, device);
            good &= !failed;
            output.WriteLine(CaseRunner.Describe(result));
            report = report.With(result);
            // After every case: what was measured shall survive if a later case ends the process.
            if (path is not null) report.Write(path);
        }
        return good;
    }

    (CaseResult Result, bool Failed) Measure(CaseSpec spec, TimeSpan? left, TimeSpan share, ComputeDevice device)
    {
        var precision = Variants.Choose(spec.Op, Wanted, device);
        string names = precision?.Name ?? string.Join(" or ", Wanted.Select(wanted => wanted.Name));
        var unmeasured = new CaseResult(round, spec.Name, spec.ToString(), names);
        if (precision is null) return (unmeasured with { Reason = $"no {names} launcher of {spec.Op} for this device" }, Failed: false);
        if (left <= TimeSpan.Zero) return (unmeasured with { Reason = $"the {Time!.Value.TotalSeconds} s were used up" }, Failed: false);
        var result = CaseRunner.Measure(unmeasured, device, () => Variants.Create(device, spec, precision), share);
        return (result, Failed: result.Reason is not null);
    }
}
