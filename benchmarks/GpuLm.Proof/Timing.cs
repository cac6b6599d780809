using System.Diagnostics;

namespace GpuLm.Proof;

/// <summary>Times of one call in milliseconds.</summary>
/// <param name="Sorted">One for each block of calls, the shortest first.</param>
sealed record Timing(IReadOnlyList<double> Sorted)
{
    const int LeastBlocks = 3, MostBlocks = 100, MostCalls = 1000;
    static readonly TimeSpan Block = TimeSpan.FromMilliseconds(10);

    public double Median => Quantile(0.5);

    public double Q1 => Quantile(0.25);

    public double Q3 => Quantile(0.75);

    /// <summary>
    /// Blocks of calls until the time is used up. A block is long enough that waiting for the device costs it nothing: launches go ahead
    /// while the device works. A fifth of the time warms up.
    /// </summary>
    public static Timing Measure(Action launch, Action synchronize, TimeSpan budget)
    {
        long begin = Stopwatch.GetTimestamp();
        var one = Calls(1);
        while (Stopwatch.GetElapsedTime(begin) < budget / 5) one = Min(one, Calls(1));
        int calls = (int)Math.Clamp(Math.Ceiling(Block / one), 1, MostCalls);
        var blocks = new List<double>();
        while (blocks.Count < LeastBlocks || (blocks.Count < MostBlocks && Stopwatch.GetElapsedTime(begin) < budget))
        {
            blocks.Add(Calls(calls).TotalMilliseconds / calls);
        }
        return new Timing([.. blocks.Order()]);

        TimeSpan Calls(int count)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < count; i++) launch();
            synchronize();
            return Stopwatch.GetElapsedTime(start);
        }
    }

    static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    double Quantile(double share)
    {
        double at = share * (Sorted.Count - 1);
        int below = (int)at;
        return Sorted[below] + (at - below) * (Sorted[Math.Min(below + 1, Sorted.Count - 1)] - Sorted[below]);
    }
}
