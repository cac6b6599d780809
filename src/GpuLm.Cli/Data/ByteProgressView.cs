using System.Diagnostics;
using Spectre.Console;

namespace GpuLm.Cli.Data;

/// <summary>Shows how many bytes of a file have come: a bar with speed and remaining time, where somebody watches.</summary>
static class ByteProgressView
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Does something that tells how many bytes are done, of how many if that is known.</summary>
    public static T Show<T>(Terminal terminal, string words, Func<Action<long, long?>, T> work)
    {
        var console = terminal.Rich();
        if (!terminal.IsInteractive || !console.Profile.Capabilities.Ansi) return work((_, _) => { });
        T? result = default;
        var columns = new ProgressColumn[]
        {
            new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new DownloadedColumn(), new TransferSpeedColumn(),
            new RemainingTimeColumn(),
        };
        console.Progress().AutoClear(true).Columns(columns).Start(view =>
        {
            var bar = view.AddTask(Markup.Escape(words));
            var clock = Stopwatch.StartNew();
            var next = TimeSpan.Zero;
            result = work((done, whole) =>
            {
                if (clock.Elapsed < next) return;
                next = clock.Elapsed + Pause;
                bar.MaxValue = Math.Max(1, whole ?? done);
                bar.Value = done;
            });
        });
        return result!;
    }
}
