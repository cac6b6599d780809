using GpuLm.Models;

namespace GpuLm.Bench.Ladder;

/// <summary>Where a utilization comes from.</summary>
public enum UtilizationBasis
{
    /// <summary>It was measured on this very device.</summary>
    Measured,

    /// <summary>It was measured on another device of the same kind.</summary>
    Transferred,

    /// <summary>Nobody measured it.</summary>
    Assumed,
}

/// <summary>The share of a device's peak that training reaches: model FLOP/s over peak FLOP/s.</summary>
/// <param name="Share">The share.</param>
/// <param name="Basis">Where it comes from.</param>
/// <param name="Explanation">The same in words.</param>
public sealed record Utilization(double Share, UtilizationBasis Basis, string Explanation);

/// <summary>What is known of the utilization of devices, from the steps that were measured.</summary>
/// <param name="Table">The accelerators.</param>
/// <param name="Steps">The measured steps.</param>
/// <param name="Assumed">The share that is assumed where nothing was measured.</param>
public sealed record KnownUtilization(AcceleratorTable Table, IReadOnlyList<MeasuredStep> Steps, double Assumed)
{
    /// <summary>The share that is assumed where the user names none: what good trainers reach on GPUs.</summary>
    public const double Usual = 0.4;

    /// <summary>
    /// The utilization of an accelerator: measured on it, else on the device of its kind whose peak is nearest, else assumed. Each is the
    /// best of the measured steps in that precision.
    /// </summary>
    public Utilization For(Accelerator accelerator, Precision precision)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        var known = Steps.Where(step => step.Precision == precision).Select(step => (Step: step, Share: ShareOf(step)))
            .Where(known => double.IsFinite(known.Share)).ToList();
        if (known.Where(one => Table.For(one.Step.Environment.Device) == accelerator).ToList() is [_, ..] own)
        {
            var (step, share) = own.MaxBy(one => one.Share);
            return new Utilization(share, UtilizationBasis.Measured, $"measured with {step.Task}");
        }
        double peak = accelerator.PeakIn(precision)?.Value ?? double.NaN;
        var kin = known.Where(one => KindOf(one.Step) == accelerator.Kind)
            .GroupBy(one => one.Step.Folder)
            .MinBy(device => Math.Abs(Math.Log(PeakOf(device.First().Step) / peak)));
        if (kin is not null)
        {
            var (step, share) = kin.MaxBy(one => one.Share);
            return new Utilization(share, UtilizationBasis.Transferred, $"as on {step.Folder} with {step.Task}");
        }
        return new Utilization(Assumed, UtilizationBasis.Assumed, "assumed");
    }

    /// <summary>A step's share of the published peak, or of the measured one where the device is not in the table.</summary>
    double ShareOf(MeasuredStep step) => step.FlopsPerSecond / PeakOf(step);

    double PeakOf(MeasuredStep step) => Table.For(step.Environment.Device)?.PeakIn(step.Precision)?.Value ?? step.MeasuredPeak;

    static string KindOf(MeasuredStep step) => step.Environment.Device.IsGpu ? "gpu" : "cpu";
}
