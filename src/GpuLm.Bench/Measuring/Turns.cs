using System.Diagnostics;

namespace GpuLm.Bench.Measuring;

/// <summary>
/// The one way in which this library times: calls take turns, A B C A B C, in one process, so that noise and a clock that changes meet all
/// of them. Each turn is a block of calls that is long enough for the clock; what is reported is a block's time over its calls.
/// </summary>
public sealed record Turns
{
    /// <summary>Timed blocks of each call.</summary>
    public int Rounds { get; init; } = 9;

    /// <summary>Least duration of a block; a block is one call or more.</summary>
    public TimeSpan Block { get; init; } = TimeSpan.FromMilliseconds(60);

    /// <summary>Time for which each call runs first, see <see cref="Measuring.WarmUp"/>.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Pause before each block, where another library takes turns with this one: its idle threads spin for some milliseconds, and the next
    /// in turn must not pay for that.
    /// </summary>
    public TimeSpan Rest { get; init; }

    /// <summary>Runs before each block, outside its time: an instrument's reading for instance.</summary>
    public Action<int>? BeforeBlock { get; init; }

    /// <summary>Times calls in turn.</summary>
    /// <param name="calls">Each does its work to the end: it waits for its device.</param>
    /// <returns>The times of each call, in the order of <paramref name="calls"/>.</returns>
    public IReadOnlyList<Samples> Measure(params IReadOnlyList<Action> calls)
    {
        ArgumentNullException.ThrowIfNull(calls);
        var times = calls.Select(_ => new double[Rounds]).ToArray();
        int[] counts = [.. calls.Select(CallsInBlock)];
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < calls.Count; i++)
            {
                if (Rest > TimeSpan.Zero) Thread.Sleep(Rest);
                BeforeBlock?.Invoke(i);
                // One call brings the data and the worker threads back.
                if (counts[i] > 1) calls[i]();
                long start = Stopwatch.GetTimestamp();
                for (int call = 0; call < counts[i]; call++) calls[i]();
                times[i][round] = Stopwatch.GetElapsedTime(start).TotalSeconds / counts[i];
            }
        }
        return [.. times.Select(seconds => new Samples(seconds))];
    }

    int CallsInBlock(Action call) => Math.Max(1, (int)Math.Ceiling(Block / Measuring.WarmUp.Run(call, WarmUp)));
}
