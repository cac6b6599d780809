using System.Diagnostics;

namespace GpuLm.Bench.Measuring;

/// <summary>
/// Calls something until .NET has replaced its first, slow code, which happens twice: each time it takes thirty calls of a method, a tenth
/// of a second in which nothing new is called, and a thread to compile on, which workers that are all busy leave none for.
/// </summary>
public static class WarmUp
{
    const int Stages = 3;
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(0.15);

    /// <summary>Calls, pauses, calls, pauses, calls; one call where there is no time.</summary>
    /// <param name="call">What is warmed up.</param>
    /// <param name="time">For all calls together; a call that has begun ends.</param>
    /// <returns>The fastest call.</returns>
    public static TimeSpan Run(Action call, TimeSpan time)
    {
        ArgumentNullException.ThrowIfNull(call);
        var fastest = Repeat(call, time / Stages);
        for (int stage = 1; stage < Stages && time > TimeSpan.Zero; stage++)
        {
            Thread.Sleep(Pause);
            var again = Repeat(call, time / Stages);
            if (again < fastest) fastest = again;
        }
        return fastest;
    }

    static TimeSpan Repeat(Action call, TimeSpan time)
    {
        var fastest = TimeSpan.MaxValue;
        long begin = Stopwatch.GetTimestamp();
        do
        {
            long start = Stopwatch.GetTimestamp();
            call();
            var elapsed = Stopwatch.GetElapsedTime(start);
            if (elapsed < fastest) fastest = elapsed;
        }
        while (Stopwatch.GetElapsedTime(begin) < time);
        return fastest;
    }
}
