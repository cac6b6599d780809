using GpuLm.Bench;
using GpuLm.Bench.Measuring;
using GpuLm.Devices;
using GpuLm.Kernels.Common;

namespace GpuLm.Benchmarks.Harness;

/// <summary>What was noted beside a case's times.</summary>
public sealed record CaseNote
{
    /// <summary>The machine's speed, the smaller one of before and after.</summary>
    public double MachineSpeed { get; init; }

    /// <summary>Why there are no times.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether the result was wrong.</summary>
    public bool Refused { get; init; }
}

/// <summary>
/// The device that is measured, its ceilings, and what was noted. BenchmarkDotNet makes the benchmark objects itself, so they find the
/// session by <see cref="Current"/>; there is one at a time.
/// </summary>
public sealed class KernelSession : IDisposable
{
    static KernelSession? current;
    readonly Dictionary<string, CaseNote> notes = [];
    readonly SpeedGauge gauge;

    /// <summary>Begins a session; the device is disposed together with it.</summary>
    public KernelSession(BenchOptions options, ComputeDevice device, DevicePeaks peaks)
    {
        (Options, Device, Peaks, WarmUp) = (options, device, peaks, new ClassWarmUp(options.Effort));
        gauge = new SpeedGauge(Device, Peaks);
        Caches = new CacheBandwidth(Device);
        Target = Target.Of(Device, options.Device.CacheBytes);
        current = this;
    }

    /// <summary>Opens the device and measures its ceilings.</summary>
    public static KernelSession Open(BenchOptions options)
    {
        var device = options.Open();
        return new KernelSession(options, device, Ceilings.Measure(device, options.Effort));
    }

    /// <summary>The session that runs.</summary>
    public static KernelSession Current => current ?? throw new InvalidOperationException("There is no session of kernel benchmarks.");

    /// <summary>What is asked for.</summary>
    public BenchOptions Options { get; }

    /// <summary>The device.</summary>
    public ComputeDevice Device { get; }

    /// <summary>Its ceilings.</summary>
    public DevicePeaks Peaks { get; private set; }

    /// <summary>What its caches reach.</summary>
    public CacheBandwidth Caches { get; }

    /// <summary>What decides which cases there are.</summary>
    public Target Target { get; internal init; }

    /// <summary>Sees to it that no slow first code is timed.</summary>
    internal ClassWarmUp WarmUp { get; }

    /// <summary>Measures the ceilings once more: what was busy before all cases may not be after them.</summary>
    internal void MeasureCeilingsAgain()
    {
        if (Options.Effort != Effort.Tiny) Peaks = Peaks.OrBetter(Ceilings.Measure(Device, Options.Effort));
    }

    /// <summary>What was noted beside a case; null where it did not begin.</summary>
    public CaseNote? NoteOf(KernelCase measured) => notes.GetValueOrDefault(measured.Name);

    /// <summary>Prepares a case and reads the machine's speed. Where that fails, the reason is noted and the case is not timed.</summary>
    internal void Prepare(KernelCase measured, Action prepare, Action release)
    {
        Options.Cancellation.ThrowIfCancellationRequested();
        try
        {
            prepare();
        }
        catch (Exception e)
        {
            release();
            notes[measured.Name] = new CaseNote { Reason = e.Message, Refused = e is WrongResultException };
            throw;
        }
        notes[measured.Name] = new CaseNote { MachineSpeed = gauge.Read() };
    }

    /// <summary>Reads the machine's speed again and verifies.</summary>
    internal void Finish(KernelCase measured, Action verify, Action release)
    {
        double speed = Math.Min(notes[measured.Name].MachineSpeed, gauge.Read());
        notes[measured.Name] = new CaseNote { MachineSpeed = speed };
        try
        {
            verify();
        }
        catch (WrongResultException e)
        {
            notes[measured.Name] = new CaseNote { MachineSpeed = speed, Reason = e.Message, Refused = true };
        }
        finally
        {
            release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        current = null;
        gauge.Dispose();
        Device.Dispose();
    }
}
