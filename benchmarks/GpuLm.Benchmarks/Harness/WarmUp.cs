using System.Diagnostics;
using GpuLm.Bench;

namespace GpuLm.Benchmarks.Harness;

/// <summary>
/// Launches a kernel until .NET has replaced its first, slow code: that takes thirty calls of each method, a tenth of a second in which
/// nothing new is called, and a thread to compile on, which workers that are all busy leave none for. The cases of a class share their
/// methods, so it is done once a class; BenchmarkDotNet's own warm-up sees to the rest.
/// </summary>
sealed class WarmUp(Effort effort)
{
    const int LeastLaunches = 30;
    static readonly TimeSpan Least = TimeSpan.FromSeconds(0.3), Most = TimeSpan.FromSeconds(2), Pause = TimeSpan.FromSeconds(0.15);
    readonly HashSet<Type> done = [];

    /// <summary>Warms a class up, unless it is warm.</summary>
    public void Run(Type type, Action launch)
    {
        if (effort == Effort.Tiny || !done.Add(type)) return;
        Repeat(launch);
        Thread.Sleep(Pause);
        Repeat(launch);
        Thread.Sleep(Pause);
    }

    static void Repeat(Action launch)
    {
        var clock = Stopwatch.StartNew();
        for (int launches = 0; clock.Elapsed < Most && (clock.Elapsed < Least || launches < LeastLaunches); launches++) launch();
    }
}
