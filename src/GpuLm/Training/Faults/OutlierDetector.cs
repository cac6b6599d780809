namespace GpuLm.Training;

/// <summary>
/// Notices a number that lies far above the ones before it: z = (x - mean) / deviation over the last <see cref="Window"/>. As in llm.c
/// (https://github.com/karpathy/llm.c/blob/master/llmc/outlier_detector.h) nothing is an outlier before the window is full.
/// </summary>
/// <remarks>
/// An outlier enters the window as the largest number that would not have been one. So a single huge one does not hide the next, and a
/// level that has risen for good is accepted after some steps. Numbers below the mean are never outliers: a loss may fall.
/// </remarks>
/// <param name="threshold">The largest z that is accepted.</param>
/// <param name="values">The window, oldest first, of a detector that goes on; null begins anew.</param>
public sealed class OutlierDetector(double threshold, IEnumerable<double>? values = null)
{
    /// <summary>Numbers that are remembered.</summary>
    public const int Window = 128;

    /// <summary>The least deviation, as a share of the mean: the numbers are floats, and equal ones have no deviation.</summary>
    const double LeastDeviation = 1e-6;

    readonly Queue<double> window = new((values ?? []).TakeLast(Window));

    /// <summary>The window, oldest first.</summary>
    public IReadOnlyList<double> Values => [.. window];

    /// <summary>Takes a finite number into the window.</summary>
    /// <returns>Whether it is an outlier.</returns>
    public bool Add(double value)
    {
        double limit = window.Count < Window ? double.PositiveInfinity : Limit();
        window.Enqueue(Math.Min(value, limit));
        if (window.Count > Window) window.Dequeue();
        return value > limit;
    }

    double Limit()
    {
        double mean = window.Average(), deviation = Math.Sqrt(window.Average(value => (value - mean) * (value - mean)));
        return mean + threshold * Math.Max(deviation, LeastDeviation * Math.Abs(mean));
    }
}
