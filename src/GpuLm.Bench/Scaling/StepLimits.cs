using GpuLm.Bench.Results;
using GpuLm.Bench.Steps;
using GpuLm.Devices;

namespace GpuLm.Bench.Scaling;

/// <summary>What a call needs at least of each resource, by the measured ceilings.</summary>
/// <param name="Compute">Seconds of arithmetic at the peak.</param>
/// <param name="Memory">Seconds of memory traffic at the bandwidth.</param>
/// <param name="Launch">Seconds of launches, one after the other and each waited for.</param>
sealed record StepLimits(double Compute, double Memory, double Launch)
{
    /// <summary>The resource that a call needs longest; unknown where a ceiling was not measured.</summary>
    public Bound Bound =>
        double.IsNaN(Compute) || double.IsNaN(Memory) ? Bound.Unknown
        : Launch > Math.Max(Compute, Memory) ? Bound.Launch
        : Compute >= Memory ? Bound.Compute : Bound.Memory;

    /// <summary>
    /// The limits of a training step: products and attention count with their arithmetic, everything else with its traffic.
    /// </summary>
    public static StepLimits Of(StepCase step, DevicePeaks peaks)
    {
        var work = StepWork.Of(step);
        var products = work.Where(family => family.Family is StepWork.MatMul or StepWork.Attention).ToList();
        double floor = StepFloor.OfStep(work, step.Precision, peaks).Seconds;
        double compute = StepFloor.OfStep(products, step.Precision, peaks).Seconds;
        double launch = work.Sum(family => family.Launches) * peaks.LaunchSeconds;
        return floor > 0 ? new StepLimits(compute, floor - compute, launch) : new StepLimits(double.NaN, double.NaN, launch);
    }

    /// <summary>The limits of a call of a sweep.</summary>
    public static StepLimits Of(SweepCall call, DevicePeaks peaks) => call.What == SweepCall.Step
        ? Of(call.Point.Step, peaks)
        : new StepLimits(call.Flops / peaks.FlopsPerSecond, call.Bytes / peaks.BytesPerSecond, call.Launches * peaks.LaunchSeconds);
}
