using GpuLm.Bench.Measuring;
using GpuLm.Bench.Results;
using GpuLm.Devices;
using GpuLm.Kernels.Common;

namespace GpuLm.Bench.Steps;

/// <summary>
/// Times whole training steps: forward, backward, clipping, AdamW, with the batch's way to the device and the loss's way back. A step that
/// is wrong is refused. Cases take turns as far as the device's memory holds them at once.
/// </summary>
public static class StepSuite
{
    /// <summary>The suite's name.</summary>
    public const string Name = "step";

    /// <summary>Measures.</summary>
    /// <param name="options">Where and how thoroughly.</param>
    /// <param name="settings">Which steps; null lets the device choose.</param>
    /// <exception cref="GpuLmException">A model is not known, or the device does not allow a precision that was asked for.</exception>
    public static SuiteResult Run(BenchOptions options, StepSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        settings ??= new StepSettings();
        using var device = options.Open();
        device.AttachProfile();
        var cases = StepCases.For(options, device, settings);
        var peaks = Ceilings.Measure(device, options.Effort);
        var environment = EnvironmentProbe.Begin(options, device, peaks);
        var outcomes = new Dictionary<StepCase, Func<DevicePeaks, IEnumerable<ResultRow>>>();
        try
        {
            foreach (var group in Groups(cases, StepCases.UsableBytes(options.Device)))
            {
                Measure(options, device, peaks, group, settings, outcomes);
            }
        }
        catch (OperationCanceledException)
        {
            options.Progress("Cancelled; what was measured until now is reported.");
        }
        // Floors that a busy moment before the run has set would be too high.
        if (options.Effort != Effort.Tiny) peaks = peaks.OrBetter(DeviceProbe.Measure(device));
        ResultRow[] rows = [.. cases.Where(outcomes.ContainsKey).SelectMany(step => outcomes[step](peaks))];
        return new SuiteResult(Name, EnvironmentProbe.End(environment with { Peaks = peaks }), rows, StepSections.Of(rows, cases, peaks));
    }

    /// <summary>Neighbours whose plans fit together.</summary>
    internal static IEnumerable<IReadOnlyList<StepCase>> Groups(IReadOnlyList<StepCase> cases, long bytes)
    {
        List<StepCase> group = [];
        foreach (var step in cases)
        {
            if (group.Count > 0 && group.Sum(other => other.PlannedBytes) + step.PlannedBytes > bytes)
            {
                yield return group;
                group = [];
            }
            group.Add(step);
        }
        if (group.Count > 0) yield return group;
    }

    static void Measure(
        BenchOptions options, ComputeDevice device, DevicePeaks peaks, IReadOnlyList<StepCase> cases, StepSettings settings,
        Dictionary<StepCase, Func<DevicePeaks, IEnumerable<ResultRow>>> outcomes)
    {
        var running = new List<RunningStep>();
        try
        {
            foreach (var step in cases)
            {
                options.Cancellation.ThrowIfCancellationRequested();
                if (Open(step) is { } open) running.Add(open);
            }
            foreach (var measured in StepMeasurement.Measure(options, device, peaks, running))
            {
                outcomes[measured.Case] = ceilings => StepRows.Of(measured, ceilings);
            }
        }
        finally
        {
            running.ForEach(step => step.Dispose());
        }

        RunningStep? Open(StepCase step)
        {
            RunningStep open;
            try
            {
                open = new RunningStep(device, step);
            }
            catch (GpuLmException e)
            {
                outcomes[step] = _ => [StepRows.Without(step, e.Message, refused: false)];
                return null;
            }
            settings.Plant?.Invoke(open.Model);
            if (StepCheck.Reason(open) is not { } reason) return open;
            open.Dispose();
            options.Progress($"{step.Name}: refused. {reason}");
            outcomes[step] = _ => [StepRows.Without(step, reason, refused: true)];
            return null;
        }
    }
}
