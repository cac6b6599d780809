using System.Globalization;
using GpuLm.Bench.Reports;
using GpuLm.Bench.Results;
using GpuLm.Models;

namespace GpuLm.Bench.Scaling;

/// <summary>What a sweep measured, as rows of a result.</summary>
static class SweepRows
{
    /// <summary>A label of a step's row beside those that every report knows.</summary>
    public const string Batch = "batch", Context = "context";

    /// <summary>The row of a measurement.</summary>
    public static ResultRow Of(string sweep, Measured measured)
    {
        var (call, step) = (measured.Call, measured.Call.Point.Step);
        bool whole = call.What == SweepCall.Step;
        var limits = StepLimits.Of(call, measured.Peaks);
        // Products of a ceiling's kernel overlap with its traffic; a step's families follow one another.
        double floor = whole ? limits.Compute + limits.Memory : Math.Max(limits.Compute, limits.Memory);
        bool known = limits.Bound != Bound.Unknown;
        return new ResultRow
        {
            Name = $"{sweep} {call.Name}",
            Labels = Labels(sweep, call),
            Seconds = measured.Samples?.Seconds ?? [],
            Tokens = whole ? step.Tokens : 0,
            Flops = call.Flops,
            Bytes = call.Bytes,
            FloorSeconds = known ? floor : 0,
            Bound = limits.Bound,
            Launches = call.Launches,
            MachineSpeed = measured.MachineSpeed,
            Reason = measured.Reason,
            Refused = measured.Refused,
        };
    }

    static Dictionary<string, string> Labels(string sweep, SweepCall call)
    {
        var step = call.Point.Step;
        var labels = new Dictionary<string, string>
        {
            [RowLabels.Sweep] = sweep, [RowLabels.Setting] = call.Point.Setting, [RowLabels.What] = call.What,
        };
        // Beside the ceilings' kernels a step is told apart by what it is; its sizes are the whole sweep's, and stand in its section.
        if (sweep == ScalingSettings.Workers) return labels;
        labels[RowLabels.Model] = step.Model;
        labels[Batch] = step.Batch.ToString(CultureInfo.InvariantCulture);
        labels[Context] = step.Length.ToString(CultureInfo.InvariantCulture);
        labels[RowLabels.Precision] = PrecisionSupport.NameOf(step.Precision);
        return labels;
    }
}
