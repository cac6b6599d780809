using System.Globalization;
using GpuLm.Tokenization.Bpe;
using Spectre.Console;

namespace GpuLm.Cli.Tokenizing;

/// <summary>Shows how far the learning of tokens is: a line that changes where somebody watches.</summary>
static class BpeProgressView
{
    /// <summary>Learns.</summary>
    /// <param name="terminal">Where it is shown.</param>
    /// <param name="vocabularySize">The tokens that are wanted.</param>
    /// <param name="learn">Learns, and tells how far it is.</param>
    public static T Show<T>(Terminal terminal, int vocabularySize, Func<IProgress<BpeProgress>?, T> learn)
    {
        var console = terminal.Rich();
        if (!terminal.IsInteractive || !console.Profile.Capabilities.Ansi) return learn(null);
        return console.Status().Start("Counting words", status => learn(new Listener(progress => status.Status = Words(progress))));

        string Words(BpeProgress progress) => progress.Merges == 0
            ? $"Counting words: {Units.Bytes(progress.Bytes)}"
            : string.Create(CultureInfo.InvariantCulture, $"Learning tokens: {progress.Merges:N0} of {vocabularySize - 257:N0}");
    }

    // Progress<T> would tell it later, on another thread.
    sealed class Listener(Action<BpeProgress> report) : IProgress<BpeProgress>
    {
        public void Report(BpeProgress value) => report(value);
    }
}
