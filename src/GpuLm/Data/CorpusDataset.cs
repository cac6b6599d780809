using GpuLm.Data.Reading;
using GpuLm.Data.Shards;
using GpuLm.Data.Tokens;
using GpuLm.Tokenization;

namespace GpuLm.Data;

/// <summary>
/// The tokens of a corpus. An epoch visits each window of the training tokens once, in an order shuffled over the whole corpus; the row
/// of a batch is a function of the run's seed and of how many rows came before it, so a batch of 16 and two of 8 read the same windows.
/// </summary>
public sealed class CorpusDataset : TokenDataset
{
    private readonly TokenSequence training;
    private readonly IDisposable? files;

    internal CorpusDataset(ITokenizer tokenizer, TokenSequence training, TokenSequence heldOut, IDisposable? files = null)
        : base(tokenizer, heldOut) => (this.training, this.files) = (training, files);

    /// <summary>Tokens that train.</summary>
    public override long TrainingTokens => training.Length;

    /// <summary>Bytes of the text that trains; 0 where only its tokens are known.</summary>
    public long TrainingBytes => training.Bytes;

    /// <summary>The tokens of a corpus: from the cache, or encoded now and kept there.</summary>
    /// <param name="corpus">The text; or token shards of llm.c, which are read where they are.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="options">How it is split and where its tokens are kept.</param>
    /// <exception cref="GpuLmException">A file cannot be read or is no text, or the tokens cannot be written.</exception>
    /// <exception cref="UnknownCharacterException">The text holds a character that no token stands for.</exception>
    public static CorpusDataset Open(TextCorpus corpus, ITokenizer tokenizer, CorpusOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        ArgumentNullException.ThrowIfNull(tokenizer);
        return CorpusPreparation.Open(corpus, tokenizer, options ?? new CorpusOptions());
    }

    /// <summary>
    /// The tokens of a corpus, with a tokenizer that may have to be learned from it. One that is learned from much text is kept, too.
    /// </summary>
    /// <param name="corpus">The text; or token shards of llm.c, which are read where they are.</param>
    /// <param name="tokenizer">Which tokenizer.</param>
    /// <param name="options">How it is split and where its tokens are kept.</param>
    /// <exception cref="GpuLmException">A file cannot be read or is no text, or the tokens cannot be written.</exception>
    public static CorpusDataset Open(TextCorpus corpus, TokenizerSpec tokenizer, CorpusOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        ArgumentNullException.ThrowIfNull(tokenizer);
        options ??= new CorpusOptions();
        return Open(corpus, CorpusPreparation.TokenizerFor(corpus, tokenizer, options), options);
    }

    /// <summary>The tokens of one document in memory; its last share is held out.</summary>
    /// <param name="utf8">The text. It is not checked: a byte tokenizer takes any bytes.</param>
    /// <param name="tokenizer">Encodes it.</param>
    /// <param name="heldOut">
    /// The share of the bytes, 0 to 1, at the end that is held out; the cut moves back to a character's start. 1 to evaluate on all of it.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The share is not from 0 to 1.</exception>
    /// <exception cref="UnknownCharacterException">The text holds a character that no token stands for.</exception>
    public static CorpusDataset FromText(
        ReadOnlyMemory<byte> utf8, ITokenizer tokenizer, double heldOut = CorpusOptions.DefaultHeldOut) =>
        FromDocuments([utf8], tokenizer, heldOut);

    /// <summary>The tokens of documents, in memory.</summary>
    /// <inheritdoc cref="FromText"/>
    public static CorpusDataset FromDocuments(
        IEnumerable<ReadOnlyMemory<byte>> documents, ITokenizer tokenizer, double heldOut = CorpusOptions.DefaultHeldOut)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        MemorySink training = new(tokenizer.VocabularySize), held = new(tokenizer.VocabularySize);
        new CorpusEncoder(tokenizer, HeldOutRule.Of(heldOut), training, held).Run(documents.Select(text => new Document(text)));
        return new CorpusDataset(tokenizer, training.ToSequence(), held.ToSequence());
    }

    /// <summary>The windows of this length that an epoch visits.</summary>
    public long WindowsPerEpoch(int length) => new EpochWindows(TrainingTokens, length).Count;

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        files?.Dispose();
    }

    private protected override void RequireTraining(int length)
    {
        if (TrainingTokens <= length)
        {
            throw new GpuLmException(
                $"The training part of the text has {TrainingTokens} tokens; "
                + $"sequences of {length} need at least context + 1 = {length + 1}. "
                + "Give more text or choose a shorter context.");
        }
    }

    private protected override void FillRow(ulong seed, long step, int batch, int row, Span<int> inputs, Span<int> targets) =>
        training.CopyWindow(new EpochWindows(TrainingTokens, inputs.Length).Start(seed, (step * batch) + row), inputs, targets);
}
