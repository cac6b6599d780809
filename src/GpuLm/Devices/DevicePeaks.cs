using GpuLm.Models;

namespace GpuLm.Devices;

/// <summary>What a device reached when it was measured; the denominators of "percent of peak".</summary>
/// <param name="FlopsPerSecond">Single-precision FLOP/s of independent fused multiply-adds in registers; the best launch.</param>
/// <param name="MedianFlopsPerSecond">The same, the median launch: where it lies far below the best, something else was running.</param>
/// <param name="BytesPerSecond">
/// Bytes/s of the STREAM triad (y = a + s b on arrays far larger than the caches), as STREAM counts them; the best launch.
/// </param>
/// <param name="MedianBytesPerSecond">The same, the median launch.</param>
/// <param name="LaunchSeconds">Seconds from launching a kernel that does nothing until the host knows that it ended; the median.</param>
public sealed record DevicePeaks(
    double FlopsPerSecond, double MedianFlopsPerSecond, double BytesPerSecond, double MedianBytesPerSecond, double LaunchSeconds)
{
    /// <summary>FLOP/s of tf32 products on tensor cores with operands in registers; null where the device has none.</summary>
    public double? Tf32FlopsPerSecond { get; init; }

    /// <summary>FLOP/s of bf16 products on tensor cores with operands in registers; null where the device has none.</summary>
    public double? Bf16FlopsPerSecond { get; init; }

    /// <summary>The peak of matrix products in a precision; NaN where it was not measured.</summary>
    public double FlopsPerSecondIn(Precision precision) => precision switch
    {
        Precision.Tf32 => Tf32FlopsPerSecond ?? double.NaN,
        Precision.Bf16 => Bf16FlopsPerSecond ?? double.NaN,
        _ => FlopsPerSecond,
    };
}
