using System.Diagnostics;
using GpuLm.Data;
using Spectre.Console;

namespace GpuLm.Cli.Data;

/// <summary>Shows how a corpus is prepared: a bar where somebody watches.</summary>
static class CorpusProgressView
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Prepares a corpus.</summary>
    /// <param name="terminal">Where it is shown.</param>
    /// <param name="prepare">Prepares, and tells how far it has come.</param>
    public static T Show<T>(Terminal terminal, Func<Action<CorpusProgress>, T> prepare)
    {
        var console = terminal.Rich();
        if (!terminal.IsInteractive || !console.Profile.Capabilities.Ansi) return prepare(_ => { });
        T? result = default;
        console.Progress().AutoClear(true).Start(view =>
        {
            var bars = new Dictionary<CorpusStage, ProgressTask>();
            var clock = Stopwatch.StartNew();
            var next = Pause;
            result = prepare(progress =>
            {
                if (clock.Elapsed < next) return;
                next = clock.Elapsed + Pause;
                if (!bars.TryGetValue(progress.Stage, out var bar))
                {
                    foreach (var earlier in bars.Values) earlier.StopTask();
                    bars[progress.Stage] = bar = view.AddTask(Words(progress.Stage));
                }
                bar.MaxValue = Math.Max(1, progress.Total);
                bar.Value = progress.Done;
            });
        });
        return result!;
    }

    static string Words(CorpusStage stage) => stage == CorpusStage.Hashing ? "Reading the text" : "Making tokens of it";
}
