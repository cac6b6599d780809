using System.Diagnostics;
using GpuLm.Bench.Measuring;
using GpuLm.Devices;
using GpuLm.Devices.Instruments;
using GpuLm.Kernels.Common;

namespace GpuLm.Bench.Steps;

/// <summary>All that was measured of one case.</summary>
/// <param name="Case">What ran.</param>
/// <param name="Samples">The times of a step.</param>
/// <param name="Families">Where the time goes.</param>
/// <param name="Bytes">What the step holds on the device.</param>
/// <param name="MachineFlopsPerSecond">What the gauge reached beside the blocks of this case, the reading in the middle.</param>
/// <param name="Joules">Energy of a step; null where nothing counts it.</param>
sealed record StepMeasurement(
    StepCase Case, Samples Samples, FamilyTimes Families, long Bytes, double MachineFlopsPerSecond, double? Joules)
{
    /// <summary>Energy counters move in steps of up to 0.1 s.</summary>
    static readonly TimeSpan EnergyAtLeast = TimeSpan.FromSeconds(3);

    /// <summary>Times cases in turn, then profiles each.</summary>
    /// <param name="options">What the suite was told.</param>
    /// <param name="device">Where the cases run.</param>
    /// <param name="peaks">The device's ceilings as they were before.</param>
    /// <param name="steps">The cases, checked.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static IReadOnlyList<StepMeasurement> Measure(
        BenchOptions options, ComputeDevice device, DevicePeaks peaks, IReadOnlyList<RunningStep> steps)
    {
        using var gauge = new SpeedGauge(device, peaks);
        using var instruments = DeviceInstruments.Open(options.Device);
        List<double>[] speeds = [.. steps.Select(_ => new List<double>())];
        var turns = TurnsFor(options.Effort) with
        {
            BeforeBlock = i =>
            {
                options.Cancellation.ThrowIfCancellationRequested();
                speeds[i].Add(gauge.Read());
            },
        };
        var samples = turns.Measure([.. steps.Select(step => new Action(() => step.Run()))]);
        return [.. steps.Index().Select(step => Finish(
            step.Item, samples[step.Index], peaks.FlopsPerSecond * new Samples(speeds[step.Index]).Median))];

        StepMeasurement Finish(RunningStep step, Samples times, double speed)
        {
            options.Cancellation.ThrowIfCancellationRequested();
            var families = FamilyTimes.Measure(device.AttachProfile(), () => step.Run(), ProfiledSteps(options.Effort), times.Median);
            options.Progress(StepTables.Line(step.Case, times));
            return new StepMeasurement(
                step.Case, times, families, step.Training.Bytes, speed, options.Effort == Effort.Tiny ? null : Energy(instruments, step));
        }
    }

    static Turns TurnsFor(Effort effort) => effort switch
    {
        Effort.Tiny => new Turns { Rounds = 2, Block = TimeSpan.FromTicks(1), WarmUp = TimeSpan.Zero },
        Effort.Quick => new Turns { Rounds = 7, Block = TimeSpan.FromMilliseconds(100), WarmUp = TimeSpan.FromSeconds(1.5) },
        _ => new Turns { Rounds = 15, Block = TimeSpan.FromMilliseconds(300), WarmUp = TimeSpan.FromSeconds(4) },
    };

    static int ProfiledSteps(Effort effort) => effort switch { Effort.Tiny => 2, Effort.Quick => 3, _ => 5 };

    static double? Energy(DeviceInstruments instruments, RunningStep step)
    {
        if (instruments.EnergyJoules() is not { } before) return null;
        int count = 0;
        long start = Stopwatch.GetTimestamp();
        for (; Stopwatch.GetElapsedTime(start) < EnergyAtLeast; count++) step.Run();
        return instruments.EnergyJoules() - before is { } joules ? joules / count : null;
    }
}
