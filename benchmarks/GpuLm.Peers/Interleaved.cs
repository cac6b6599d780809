using System.Diagnostics;

namespace GpuLm.Peers;

/// <summary>Times of one side, in milliseconds of one call.</summary>
sealed record Timing(IReadOnlyList<double> Milliseconds)
{
    public double Median => MedianOf(Milliseconds);

    /// <summary>Slowest less fastest round, as a share of the median.</summary>
    public double Spread => (Milliseconds.Max() - Milliseconds.Min()) / Median;

    /// <summary>How many times faster this side is: the median over rounds, so that a machine that slows down slows both.</summary>
    public double SpeedUpOver(Timing other) => MedianOf([.. other.Milliseconds.Zip(Milliseconds, (theirs, mine) => theirs / mine)]);

    static double MedianOf(IReadOnlyList<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

/// <summary>Times sides in turn, A B A B, in one process, so that noise and clock changes meet all of them.</summary>
static class Interleaved
{
    // A side's idle OpenMP threads spin for some milliseconds; the next side must not pay for that.
    static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(20);

    /// <param name="rounds">Timed blocks of each side.</param>
    /// <param name="block">Least duration of a block; a block is one call or more.</param>
    /// <param name="warmUp">Time for which each side runs first: .NET replaces its first, slow code only after a while.</param>
    /// <param name="sides">One call of each side.</param>
    public static Timing[] Measure(int rounds, TimeSpan block, TimeSpan warmUp, params Action[] sides)
    {
        var times = sides.Select(_ => new double[rounds]).ToArray();
        var calls = Array.ConvertAll(sides, side => CallsIn(block, warmUp, side));
        for (int round = 0; round < rounds; round++)
        {
            for (int side = 0; side < sides.Length; side++)
            {
                Thread.Sleep(Rest);
                // One call brings the data and the worker threads back.
                if (calls[side] > 1) sides[side]();
                long start = Stopwatch.GetTimestamp();
                for (int call = 0; call < calls[side]; call++) sides[side]();
                times[side][round] = Stopwatch.GetElapsedTime(start).TotalMilliseconds / calls[side];
            }
        }
        return Array.ConvertAll(times, t => new Timing(t));
    }

    static int CallsIn(TimeSpan block, TimeSpan warmUp, Action side)
    {
        var fastest = TimeSpan.MaxValue;
        long begin = Stopwatch.GetTimestamp();
        do
        {
            long start = Stopwatch.GetTimestamp();
            side();
            var elapsed = Stopwatch.GetElapsedTime(start);
            if (elapsed < fastest) fastest = elapsed;
        }
        while (Stopwatch.GetElapsedTime(begin) < warmUp);
        return Math.Max(1, (int)Math.Ceiling(block / fastest));
    }
}
