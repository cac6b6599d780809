using GpuLm.Data;

namespace GpuLm.Cli.Data;

/// <summary>Shows how a corpus is prepared.</summary>
static class CorpusProgressView
{
    /// <summary>Prepares a corpus.</summary>
    /// <param name="terminal">Where it is shown.</param>
    /// <param name="prepare">Prepares, and tells how far it has come.</param>
    public static T Show<T>(Terminal terminal, Func<Action<CorpusProgress>, T> prepare) => ByteProgressView.Show(
        terminal, "preparing the text", onBytes => prepare(progress => onBytes(progress.Done, progress.Total)));
}
