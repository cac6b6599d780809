using GpuLm.Bench.Reports;
using GpuLm.Bench.Results;
using GpuLm.Bench.Scaling.Fits;
using GpuLm.Devices;

namespace GpuLm.Bench.Scaling;

/// <summary>What a sweep shows, in words and as a table; every word follows from its numbers.</summary>
static class SweepSections
{
    /// <summary>A sweep that the device has fewer than two settings for.</summary>
    public static Section NothingToSweep(Sweep sweep, DeviceInfo device) => new(TitleOf(sweep), sweep.Name switch
    {
        ScalingSettings.Workers when !device.IsDivisible =>
            $"{device.Id} always works with all of its {device.Multiprocessors} multiprocessors; there is nothing to sweep.",
        ScalingSettings.Workers => $"{device.Id} has one worker; there is nothing to sweep.",
        ScalingSettings.Precision => $"{device.Id} trains this model in one precision only; there is nothing to sweep.",
        ScalingSettings.Devices => $"{device.Id} is the only device of this machine that runs kernels; there is nothing to sweep.",
        _ => "There is only one setting; there is nothing to sweep.",
    });

    /// <summary>The section of a sweep that was measured.</summary>
    public static IEnumerable<Section> Of(Sweep sweep, IReadOnlyList<Measured> measured)
    {
        var steps = measured.Where(one => one.Call.What == SweepCall.Step && one.Samples is not null).ToList();
        var paragraphs = new List<string> { About(sweep) };
        if (steps.Count >= 2)
        {
            paragraphs.AddRange(sweep.Name switch
            {
                ScalingSettings.Workers => WorkerWords.Of(steps, measured),
                ScalingSettings.Batch or ScalingSettings.Context or ScalingSettings.Size => SaturationWords.Of(sweep.Name, steps),
                _ => [Fastest(steps)],
            });
        }
        foreach (var failed in measured.Where(one => one.Reason is not null))
        {
            paragraphs.Add($"{failed.Call.Point.Setting} has no times: {failed.Reason}");
        }
        yield return new Section(TitleOf(sweep), string.Join("\n\n", paragraphs), steps.Count > 0 ? Table(sweep, steps) : null);
    }

    static string TitleOf(Sweep sweep) => $"Sweep over {sweep.Name}";

    static string About(Sweep sweep)
    {
        var step = sweep.Points[0].Step;
        string what = sweep.Name switch
        {
            ScalingSettings.Size => $"Models of several sizes, B{step.Batch} T{step.Length}",
            ScalingSettings.Batch => $"{step.Model}, T{step.Length}, batches of several sizes",
            ScalingSettings.Context => $"{step.Model}, {step.Tokens} tokens a step, cut into sequences of several lengths",
            ScalingSettings.Precision => $"{step.Model} B{step.Batch} T{step.Length} in every precision of the device",
            ScalingSettings.Devices =>
                $"{step.Model} B{step.Batch} T{step.Length} on every device; OpenCL on a CPU shares its cores with the device 'cpu'",
            _ => $"{step.Name}, the same step on some of the cores",
        };
        return $"{what}. All settings took turns; intervals are of {Estimate.Confidence:0 %} confidence, from the rounds.";
    }

    static string Fastest(List<Measured> steps)
    {
        var ordered = steps.OrderByDescending(one => one.Call.Point.Step.Tokens / one.Samples!.Median).ToList();
        var (first, last) = (ordered[0], ordered[^1]);
        var ratio = Throughput.Relative([last, first])[1];
        return $"{first.Call.Point.Setting} is the fastest, {ratio:0.00} times as fast as {last.Call.Point.Setting}.";
    }

    static TextTable Table(Sweep sweep, List<Measured> steps)
    {
        var relative = Throughput.Relative(steps);
        bool workers = sweep.Name == ScalingSettings.Workers;
        string[] columns =
        [
            sweep.Name, ">tokens/s", ">model FLOP/s", .. workers ? (string[])[">speed-up", ">efficiency"] : [">relative tokens/s"],
            ">of ceiling", "bound by", ">compute", ">memory", ">launches",
        ];
        return new TextTable(columns, [.. steps.Select((one, i) => Cells(one, relative[i]))]);

        IReadOnlyList<string> Cells(Measured one, Estimate ratio)
        {
            var (point, seconds, limits) = (one.Call.Point, one.Samples!.Median, StepLimits.Of(one.Call, one.Peaks));
            double resources = point.Number / steps[0].Call.Point.Number;
            string setting = sweep.Name == ScalingSettings.Size ? $"{point.Step.Model} ({point.Setting})" : point.Setting;
            return
            [
                setting, Numbers.Scaled(point.Step.Tokens / seconds, ""), Numbers.Scaled(point.Step.ModelFlops / seconds, "FLOP/s"),
                $"{ratio:0.00}",
                .. workers ? (string[])[Numbers.Percent(ratio.Value / resources)] : [],
                Numbers.Percent((limits.Compute + limits.Memory) / seconds), limits.Bound.ToString().ToLowerInvariant(),
                Numbers.Percent(limits.Compute / seconds), Numbers.Percent(limits.Memory / seconds),
                Numbers.Percent(limits.Launch / seconds),
            ];
        }
    }
}
