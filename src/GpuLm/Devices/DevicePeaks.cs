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
    double FlopsPerSecond, double MedianFlopsPerSecond, double BytesPerSecond, double MedianBytesPerSecond, double LaunchSeconds);
