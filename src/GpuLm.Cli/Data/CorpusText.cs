using GpuLm.Cli.Training.Arguments;
using GpuLm.Data;
using GpuLm.Tokenization;

namespace GpuLm.Cli.Data;

/// <summary>The user's text as tokens.</summary>
static class CorpusText
{
    /// <summary>Makes tokens of the text that a command names, or takes them from the cache.</summary>
    /// <param name="settings">The text and its tokenizer.</param>
    /// <param name="terminal">Where progress and notices are shown.</param>
    /// <param name="tokenizer">The tokenizer of a model that goes on training; nothing makes the one that the settings name.</param>
    /// <param name="keepsSmall">Whether the tokens of a small text are kept, too.</param>
    public static CorpusDataset Open(TextSettings settings, Terminal terminal, ITokenizer? tokenizer = null, bool keepsSmall = false)
    {
        using var corpus = TextCorpus.Open(settings.Paths, settings.TextField, terminal.In);
        using var validation = settings.Validation.Count == 0
            ? null
            : TextCorpus.Open(settings.Validation, settings.TextField, terminal.In);
        return CorpusProgressView.Show(terminal, onProgress =>
        {
            var options = new CorpusOptions
            {
                HeldOut = settings.HeldOut,
                Validation = validation,
                CacheFolder = settings.Cache,
                KeepsSmall = keepsSmall,
                OnProgress = onProgress,
                OnNotice = terminal.Error.WriteLine,
            };
            return tokenizer is null
                ? CorpusDataset.Open(corpus, TokenizerSpec.Parse(settings.Tokenizer), options)
                : CorpusDataset.Open(corpus, tokenizer, options);
        });
    }
}
