using GpuLm.Bench.Results;
using GpuLm.Devices;
using GpuLm.Models;

namespace GpuLm.Bench.Steps;

/// <summary>The least time of work by a device's measured ceilings.</summary>
/// <param name="Seconds">The time; 0 where a ceiling that it needs was not measured.</param>
/// <param name="Bound">Which ceiling makes it.</param>
public sealed record StepFloor(double Seconds, Bound Bound)
{
    static readonly StepFloor Unknown = new(0, Bound.Unknown);

    /// <summary>
    /// A family's floor: the larger of its FLOPs at the peak and its bytes at the bandwidth. It is launch-bound where its launches, one
    /// after the other and each waited for, take longer than that; the floor stays what a single launch would allow.
    /// </summary>
    /// <param name="work">The family's work.</param>
    /// <param name="launches">Launches that it took.</param>
    /// <param name="precision">The step's.</param>
    /// <param name="peaks">The device's ceilings.</param>
    public static StepFloor OfFamily(FamilyWork work, int launches, Precision precision, DevicePeaks peaks)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(peaks);
        double compute = work.Flops / PeakOf(work.Family, precision, peaks), memory = work.Bytes / peaks.BytesPerSecond;
        if (double.IsNaN(compute)) return Unknown;
        double floor = Math.Max(compute, memory);
        Bound bound = launches * peaks.LaunchSeconds > floor ? Bound.Launch : compute > memory ? Bound.Compute : Bound.Memory;
        return new StepFloor(floor, bound);
    }

    /// <summary>
    /// A step's floor: the FLOPs of matrix products and attention at the peak, plus the bytes of all other families at the bandwidth. It
    /// is the smaller of the sums that could be made, as each family counts with one of its two times only.
    /// </summary>
    public static StepFloor OfStep(IReadOnlyList<FamilyWork> families, Precision precision, DevicePeaks peaks)
    {
        ArgumentNullException.ThrowIfNull(families);
        ArgumentNullException.ThrowIfNull(peaks);
        double compute = families.Where(IsProduct).Sum(work => work.Flops / PeakOf(work.Family, precision, peaks));
        double memory = families.Where(work => !IsProduct(work)).Sum(work => work.Bytes) / peaks.BytesPerSecond;
        return double.IsNaN(compute) ? Unknown : new StepFloor(compute + memory, compute > memory ? Bound.Compute : Bound.Memory);
    }

    static bool IsProduct(FamilyWork work) => work.Family is StepWork.MatMul or StepWork.Attention;

    /// <summary>Products have the precision's peak, in tf32 those of matrices alone; everything else computes in fp32.</summary>
    static double PeakOf(string family, Precision precision, DevicePeaks peaks) => (family, precision) switch
    {
        (StepWork.MatMul, _) or (StepWork.Attention, Precision.Bf16) => peaks.FlopsPerSecondIn(precision),
        _ => peaks.FlopsPerSecond,
    };
}
