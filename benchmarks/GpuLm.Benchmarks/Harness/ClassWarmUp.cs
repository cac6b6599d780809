using GpuLm.Bench;
using GpuLm.Bench.Measuring;

namespace GpuLm.Benchmarks.Harness;

/// <summary>
/// Warms kernels up once a class: its cases share their methods, and BenchmarkDotNet's own warm-up sees to the rest.
/// </summary>
sealed class ClassWarmUp(Effort effort)
{
    static readonly TimeSpan Time = TimeSpan.FromSeconds(0.9);
    readonly HashSet<Type> done = [];

    /// <summary>Warms a class up, unless it is warm.</summary>
    public void Run(Type type, Action launch)
    {
        if (effort != Effort.Tiny && done.Add(type)) WarmUp.Run(launch, Time);
    }
}
