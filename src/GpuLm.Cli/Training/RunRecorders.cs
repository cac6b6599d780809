using GpuLm.Cli.Training.Arguments;
using GpuLm.Cli.Training.Dashboard;
using GpuLm.Cli.Training.TensorBoard;

namespace GpuLm.Cli.Training;

/// <summary>Everything that keeps or publishes what happens in a run, next to what shows it in the terminal.</summary>
sealed class RunRecorders : IDisposable
{
    readonly List<IRunObserver> all = [];
    readonly string? laterEvents;

    /// <summary>Opens what can fail before a run reads its text, which may take long; <see cref="Open"/> the rest later.</summary>
    /// <param name="settings">What the run shows of itself.</param>
    /// <param name="newFolder">The run's folder that is yet to be made; nothing may be in it before.</param>
    /// <exception cref="GpuLmException">The port or the folder that the user named cannot be used.</exception>
    public RunRecorders(WatchSettings settings, string? newFolder = null)
    {
        try
        {
            if (settings.Dashboard is { } port) all.Add(Dashboard = new RunDashboard(port));
            if (settings.TensorBoard is not { } folder) return;
            if (newFolder is not null && IsWithin(folder, newFolder)) laterEvents = folder;
            else all.Add(new EventFile(folder, Report));
        }
        catch (GpuLmException)
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Hears of files that cannot be written while the run goes on.</summary>
    public Action<string>? Tell { get; set; }

    /// <summary>The live page, if the run has one.</summary>
    public RunDashboard? Dashboard { get; }

    /// <summary>
    /// Opens the files in the run's folder. A resumed run cuts what they tell about steps that it takes again, and the page shows the rest.
    /// </summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="stepsDone">Steps that an earlier process did; 0 in a new run.</param>
    public void Open(string folder, int stepsDone)
    {
        foreach (string name in (string[])[MetricsFile.Name, SamplesFile.Name]) JsonLines.CutAfter(Path.Combine(folder, name), stepsDone);
        if (Dashboard is not null)
        {
            foreach (var report in RunRecord.Steps(folder)) Dashboard.Remember(report);
            foreach (var sample in RunRecord.Samples(folder)) Dashboard.OnSample(sample);
        }
        if (laterEvents is not null) all.Add(new EventFile(laterEvents, Report));
        all.Add(new MetricsFile(folder, Report));
        all.Add(new SamplesFile(folder, Report));
    }

    /// <summary>All of them, and others.</summary>
    public RunObservers With(params IEnumerable<IRunObserver> others) => new([.. all, .. others]);

    static bool IsWithin(string folder, string parent) =>
        (Path.GetFullPath(folder) + Path.DirectorySeparatorChar).StartsWith(
            Path.TrimEndingDirectorySeparator(Path.GetFullPath(parent)) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    void Report(string trouble) => Tell?.Invoke(trouble);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var recorder in all.OfType<IDisposable>()) recorder.Dispose();
    }
}
