using GpuLm.Bench.Measuring;
using GpuLm.Bench.Results;
using GpuLm.Bench.Steps;
using GpuLm.Devices;
using GpuLm.Kernels.Common;

namespace GpuLm.Bench.Scaling;

/// <summary>What a sweep measured.</summary>
/// <param name="Call">What was called.</param>
/// <param name="Samples">Its times; null where it could not run.</param>
/// <param name="MachineSpeed">The gauge beside its blocks, the one in the middle.</param>
/// <param name="Peaks">The ceilings at its setting.</param>
/// <param name="Reason">Why there are no times.</param>
/// <param name="Refused">Whether its result was wrong.</param>
sealed record Measured(
    SweepCall Call, Samples? Samples, double MachineSpeed, DevicePeaks Peaks, string? Reason = null, bool Refused = false);

/// <summary>Opens what a sweep needs and lets all of its calls take turns.</summary>
sealed class SweepMeasurement(BenchOptions options, ScalingSettings settings, SpeedGauge gauge, DevicePeaks peaks) : IDisposable
{
    readonly Stack<IDisposable> open = [];
    readonly Dictionary<(string, int), (ComputeDevice Device, DevicePeaks Peaks)> devices = [];
    readonly List<Measured> failed = [];
    long plannedBytes;

    /// <summary>Times a sweep.</summary>
    /// <returns>A result for each call, in the order of the settings.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public IReadOnlyList<Measured> Measure(Sweep sweep)
    {
        var calls = sweep.Points.SelectMany(point => Calls(sweep, point)).ToList();
        List<double>[] speeds = [.. calls.Select(_ => new List<double>())];
        var turns = TurnsFor(options.Effort) with
        {
            BeforeBlock = i =>
            {
                options.Cancellation.ThrowIfCancellationRequested();
                speeds[i].Add(gauge.Read());
            },
        };
        var samples = turns.Measure([.. calls.Select(call => call.Call)]);
        var measured = calls.Select((call, i) => new Measured(
            call, samples[i], new Samples(speeds[i]).Median, devices[KeyOf(call.Point)].Peaks));
        return [.. failed.Concat(AtTheirCeilings([.. measured])).OrderBy(one => sweep.Points.ToList().IndexOf(one.Call.Point))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (open.TryPop(out var thing)) thing.Dispose();
    }

    List<SweepCall> Calls(Sweep sweep, SweepPoint point)
    {
        options.Cancellation.ThrowIfCancellationRequested();
        var calls = new List<SweepCall>();
        if (OpenStep(point) is { } step) calls.Add(SweepCall.Of(point, step));
        if (sweep.Name == ScalingSettings.Workers)
        {
            var ceilings = new CeilingCalls(DeviceOf(point), options.Effort);
            open.Push(ceilings);
            calls.AddRange(ceilings.At(point, Math.Max(1, point.Workers)));
        }
        return calls;
    }

    RunningStep? OpenStep(SweepPoint point)
    {
        RunningStep step;
        try
        {
            if (plannedBytes + point.Step.PlannedBytes > StepCases.UsableBytes(point.Device))
            {
                throw new GpuLmException("It does not fit the device's memory beside the settings that it takes turns with.");
            }
            step = new RunningStep(DeviceOf(point), point.Step);
        }
        catch (GpuLmException e)
        {
            return Fail(point, e.Message, refused: false);
        }
        plannedBytes += point.Step.PlannedBytes;
        open.Push(step);
        settings.Plant?.Invoke(step.Model);
        return StepCheck.Reason(step) is { } reason ? Fail(point, reason, refused: true) : step;
    }

    RunningStep? Fail(SweepPoint point, string reason, bool refused)
    {
        options.Progress($"{point.Setting}: {(refused ? "refused" : "left out")}. {reason}");
        var call = new SweepCall(point, SweepCall.Step, point.Step.ModelFlops, 0, 0, () => { });
        failed.Add(new Measured(call, null, 0, peaks, reason, refused));
        return null;
    }

    ComputeDevice DeviceOf(SweepPoint point)
    {
        if (devices.TryGetValue(KeyOf(point), out var known)) return known.Device;
        var device = options.Catalog.Open(point.Device, point.Workers);
        open.Push(device);
        // A setting of the workers is measured beside its own ceilings, which take turns with it.
        bool own = point.Device == options.Device;
        devices.Add(KeyOf(point), (device, own ? peaks : DeviceProbe.Measure(device)));
        return device;
    }

    /// <summary>Where the ceilings themselves took turns with a step, they are its ceilings: the best block, as of every peak.</summary>
    static IEnumerable<Measured> AtTheirCeilings(IReadOnlyList<Measured> measured) => measured.Select(one =>
    {
        var beside = measured.Where(other => other.Call.Point == one.Call.Point).ToList();
        var arithmetic = beside.FirstOrDefault(other => other.Call.What == CeilingCalls.MultiplyAdds);
        var memory = beside.FirstOrDefault(other => other.Call.What == CeilingCalls.Triad);
        if (arithmetic is null || memory is null) return one;
        return one with
        {
            Peaks = one.Peaks with
            {
                FlopsPerSecond = arithmetic.Call.Flops / arithmetic.Samples!.Seconds.Min(),
                BytesPerSecond = memory.Call.Bytes / memory.Samples!.Seconds.Min(),
            },
        };
    });

    static (string, int) KeyOf(SweepPoint point) => (point.Device.Id, point.Workers);

    static Turns TurnsFor(Effort effort) => effort switch
    {
        Effort.Tiny => new Turns { Rounds = 3, Block = TimeSpan.FromTicks(1), WarmUp = TimeSpan.Zero },
        Effort.Quick => new Turns { Rounds = 8, Block = TimeSpan.FromMilliseconds(60), WarmUp = TimeSpan.FromMilliseconds(700) },
        _ => new Turns { Rounds = 15, Block = TimeSpan.FromMilliseconds(200), WarmUp = TimeSpan.FromSeconds(2) },
    };
}
