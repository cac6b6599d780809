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
    /// <summary>
    /// FLOP/s of tf32 products on tensor cores by mma.sync with operands in registers, the best launch; null where the device has none. On
    /// Hopper mma.sync reaches about two thirds of what the hardware can do.
    /// </summary>
    public double? Tf32FlopsPerSecond { get; init; }

    /// <summary>
    /// FLOP/s of bf16 products on tensor cores by <see cref="Bf16Instruction"/>, the best launch; null where the device has none.
    /// </summary>
    public double? Bf16FlopsPerSecond { get; init; }

    /// <summary>
    /// What <see cref="Bf16FlopsPerSecond"/> was measured with: <c>mma.sync</c>, operands in registers, or on Hopper, where that is faster,
    /// <c>wgmma</c>, operands in shared memory.
    /// </summary>
    public string? Bf16Instruction { get; init; }

    /// <summary>
    /// The better of two measurements of one device, figure by figure: a ceiling is what the device can do, and what runs beside a
    /// measurement only takes away.
    /// </summary>
    public DevicePeaks OrBetter(DevicePeaks other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return this with
        {
            FlopsPerSecond = Math.Max(FlopsPerSecond, other.FlopsPerSecond),
            MedianFlopsPerSecond = Math.Max(MedianFlopsPerSecond, other.MedianFlopsPerSecond),
            BytesPerSecond = Math.Max(BytesPerSecond, other.BytesPerSecond),
            MedianBytesPerSecond = Math.Max(MedianBytesPerSecond, other.MedianBytesPerSecond),
            LaunchSeconds = Math.Min(LaunchSeconds, other.LaunchSeconds),
            Tf32FlopsPerSecond = Better(Tf32FlopsPerSecond, other.Tf32FlopsPerSecond),
            Bf16FlopsPerSecond = Better(Bf16FlopsPerSecond, other.Bf16FlopsPerSecond),
            Bf16Instruction = !(other.Bf16FlopsPerSecond > Bf16FlopsPerSecond) ? Bf16Instruction : other.Bf16Instruction,
        };

        static double? Better(double? a, double? b) => a > b ? a : b ?? a;
    }

    /// <summary>The peak of matrix products in a precision; NaN where it was not measured.</summary>
    public double FlopsPerSecondIn(Precision precision) => precision switch
    {
        Precision.Tf32 => Tf32FlopsPerSecond ?? double.NaN,
        Precision.Bf16 => Bf16FlopsPerSecond ?? double.NaN,
        _ => FlopsPerSecond,
    };
}
