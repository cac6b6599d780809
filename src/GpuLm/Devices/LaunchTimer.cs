using System.Diagnostics;
using GpuLm.Kernels.Common;

namespace GpuLm.Devices;

/// <summary>Times launches of a probe from the host: from the launch until the device says that it ended.</summary>
/// <param name="device">The device.</param>
/// <param name="warmUp">For how long launches are not counted.</param>
/// <param name="measured">For how long they are.</param>
sealed class LaunchTimer(ComputeDevice device, TimeSpan warmUp, TimeSpan measured)
{
    const int LeastLaunches = 3, TriesPerSize = 5;
    static readonly TimeSpan LaunchAtLeast = TimeSpan.FromMilliseconds(2);

    /// <summary>Work a second, by the best launch and by the median one.</summary>
    /// <param name="work">What a launch does.</param>
    /// <param name="launch">Launches once.</param>
    public (double Best, double Median) Rate(double work, Action launch)
    {
        var times = Repeat(launch);
        return (work / times[0], work / times[times.Count / 2]);
    }

    /// <summary>Launches for a while and returns the times of the launches after the warm-up, sorted.</summary>
    public List<double> Repeat(Action launch)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < warmUp) Seconds(launch);
        var times = new List<double>();
        for (clock.Restart(); clock.Elapsed < measured || times.Count < LeastLaunches;) times.Add(Seconds(launch));
        times.Sort();
        return times;
    }

    /// <summary>So many iterations that the launch itself, some microseconds, no longer counts.</summary>
    /// <param name="fewest">Where to begin.</param>
    /// <param name="most">Not to be passed.</param>
    /// <param name="launch">Launches with a number of iterations.</param>
    public int Iterations(int fewest, int most, Action<int> launch)
    {
        int iterations = fewest;
        while (iterations <= most / 2 && Fastest() < LaunchAtLeast.TotalSeconds) iterations *= 2;
        return iterations;

        double Fastest() => Enumerable.Range(0, TriesPerSize).Min(_ => Seconds(() => launch(iterations)));
    }

    double Seconds(Action launch)
    {
        long start = Stopwatch.GetTimestamp();
        launch();
        device.Synchronize();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
