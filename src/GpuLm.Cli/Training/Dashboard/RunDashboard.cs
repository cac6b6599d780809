using System.Collections.Specialized;
using System.Globalization;
using System.Text.Json;
using GpuLm.Training;

namespace GpuLm.Cli.Training.Dashboard;

/// <summary>
/// A run as a live page on 127.0.0.1. A step adds a point in memory; what a browser asks for is made and sent by other threads, which hold
/// the lock only while they copy what is new.
/// </summary>
sealed class RunDashboard : IRunObserver, IDisposable
{
    const int MostSamples = 100;
    const string Running = "running";
    static readonly TimeSpan PageIsOpen = TimeSpan.FromSeconds(3), LongestFarewell = TimeSpan.FromSeconds(2);
    readonly Lock gate = new();
    readonly string run = Guid.NewGuid().ToString("N");
    readonly RunHistory history = new();
    readonly Queue<ShownSample> samples = [];
    readonly ManualResetEventSlim toldTheEnd = new();
    readonly DashboardServer server;
    IReadOnlyList<NamedText> description = [];
    RunProgress? progress;
    string state = "starting", message = "";
    int sampleCount;
    DateTime lastAsked;

    /// <summary>Serves the page from now on, without a run so far.</summary>
    /// <param name="port">The port; 0 takes any that is free.</param>
    /// <exception cref="GpuLmException">The port cannot be used.</exception>
    public RunDashboard(int port) => server = new DashboardServer(port, Answer);

    /// <summary>The page's address.</summary>
    public string Address => server.Address;

    /// <summary>Shows what stands above a run.</summary>
    /// <param name="lines">Names and values.</param>
    /// <param name="options">When the run ends.</param>
    public void Describe(IReadOnlyList<NamedText> lines, TrainingOptions options)
    {
        lock (gate) (description, progress, state) = (lines, new RunProgress(options), Running);
    }

    /// <summary>Adds a step that an earlier process took.</summary>
    public void Remember(StepReport report)
    {
        lock (gate) history.Add(report);
    }

    /// <inheritdoc/>
    public void OnStep(StepReport report)
    {
        lock (gate)
        {
            history.Add(report);
            progress?.Add(report);
        }
    }

    /// <inheritdoc/>
    public void OnSample(TrainingSample sample)
    {
        lock (gate)
        {
            samples.Enqueue(new ShownSample(sample.Step, sample.Prompt.Trim(), sample.Seed, sample.Shown));
            if (samples.Count > MostSamples) samples.Dequeue();
            sampleCount++;
        }
    }

    /// <inheritdoc/>
    public void OnMessage(string line)
    {
        lock (gate) message = line;
    }

    /// <summary>Ends the page; one that is open in a browser hears of the run's end first.</summary>
    public void Dispose()
    {
        bool open;
        lock (gate)
        {
            state = progress?.Done >= 1 ? "finished" : "stopped";
            open = DateTime.UtcNow - lastAsked < PageIsOpen;
        }
        if (open) toldTheEnd.Wait(LongestFarewell);
        server.Dispose();
        toldTheEnd.Dispose();
    }

    /// <summary>How the run stands.</summary>
    /// <param name="stride">The stride of the points that the reader knows.</param>
    /// <param name="after">The step of the last of them.</param>
    /// <param name="knownSamples">How many samples it knows.</param>
    public RunState State(int stride, int after, int knownSamples)
    {
        HistoryPoint[] points;
        RunState told;
        lock (gate)
        {
            lastAsked = DateTime.UtcNow;
            points = history.After(stride, after);
            told = new RunState(
                run, state, description, Figures(), progress?.Done ?? 0, message, history.Stride, PointColumns.None,
                [.. samples.TakeLast(Math.Max(0, sampleCount - knownSamples))], sampleCount);
        }
        return told with { Points = PointColumns.Of(points) };
    }

    DashboardAnswer Answer(NameValueCollection query)
    {
        var told = State(Number(query, "stride"), Number(query, "after"), Number(query, "samples"));
        bool end = told.State is not ("starting" or Running);
        return new DashboardAnswer(JsonSerializer.SerializeToUtf8Bytes(told, JsonSerializerOptions.Web), () =>
        {
            if (end) toldTheEnd.Set();
        });
    }

    NamedText[] Figures() => progress is null ? [] :
    [
        new("step", progress.StepText), new("loss", progress.LossText), new("validation loss", progress.ValidationText),
        new("bits per byte", progress.BitsText), new("tokens/s", progress.SpeedText), new("of measured peak", progress.PeakText),
        new("time left", progress.LeftText), new("steps not applied", progress.SkippedText),
    ];

    static int Number(NameValueCollection query, string name) =>
        int.TryParse(query[name], NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : 0;
}
