using GpuLm.Data.Reading;
using GpuLm.Data.Shards;
using GpuLm.Data.Tokens;
using GpuLm.Tokenization;

namespace GpuLm.Data;

/// <summary>Turns a corpus into tokens, once.</summary>
internal sealed class CorpusPreparation(TextCorpus corpus, ITokenizer tokenizer, CorpusOptions options)
{
    /// <summary>Files of at most so many bytes are encoded anew each time: that takes no longer than to look after a copy.</summary>
    public const long SmallBytes = 1 << 22;

    /// <summary>The tokens of a corpus, from the cache where they are in it.</summary>
    public static CorpusDataset Open(TextCorpus corpus, ITokenizer tokenizer, CorpusOptions options)
    {
        if (options.Validation is { } validation && validation.IsTokenized != corpus.IsTokenized)
        {
            throw new GpuLmException(
                "Of the text to train on and the text to validate on, one is tokens (.bin). Give both as the one or the other.");
        }
        return corpus.IsTokenized
            ? ForeignShards.Open(corpus.Files, options.Validation?.Files, tokenizer, HeldOutRule.Of(options.HeldOut))
            : new CorpusPreparation(corpus, tokenizer, options).Open();
    }

    /// <summary>The tokenizer that a specification means for a corpus. One that is learned from much text is learned once.</summary>
    public static ITokenizer TokenizerFor(TextCorpus corpus, TokenizerSpec spec, CorpusOptions options)
    {
        // A vocabulary of characters needs those of the held-out text, too.
        TextCorpus[] parts = options.Validation is { } validation ? [corpus, validation] : [corpus];
        long total = PackedBytes(corpus, options);
        ITokenizer Create() => spec.Create(
            parts.SelectMany((part, i) => part.Read(
                done => options.OnProgress(new CorpusProgress(CorpusStage.Learning, done + (i * corpus.PackedBytes), total)))
                .Select(document => document.Text)));
        return spec.NeedsText && !corpus.IsTokenized && total > SmallBytes
            ? new ShardCache(options.CacheFolder, options.OnNotice).FindOrLearn(corpus, spec, options, Create)
            : Create();
    }

    private static long PackedBytes(TextCorpus corpus, CorpusOptions options) =>
        corpus.PackedBytes + (options.Validation?.PackedBytes ?? 0);

    private CorpusDataset Open()
    {
        var cache = new ShardCache(options.CacheFolder, options.OnNotice);
        string key = cache.KeyOf(corpus, tokenizer, options);
        var kept = cache.Find(key);
        if (kept is null && PackedBytes(corpus, options) <= SmallBytes && !options.KeepsSmall)
        {
            return InMemory(key);
        }
        kept ??= cache.FindOrMake(key, Write);
        Tell(kept.Index.LeftOut);
        return new CorpusDataset(tokenizer, kept.Training, kept.HeldOut, kept) { Identity = key };
    }

    private CorpusDataset InMemory(string key)
    {
        MemorySink training = new(tokenizer.VocabularySize), heldOut = new(tokenizer.VocabularySize);
        Tell(Encode(training, heldOut));
        return new CorpusDataset(tokenizer, training.ToSequence(), heldOut.ToSequence()) { Identity = key };
    }

    private void Write(string folder)
    {
        using ShardSink training = new(folder, "train", tokenizer.VocabularySize);
        using ShardSink heldOut = new(folder, "heldout", tokenizer.VocabularySize);
        long leftOut = Encode(training, heldOut);
        new ShardIndex(ShardIndex.CurrentVersion, training.ToPart(), heldOut.ToPart(), leftOut).Save(folder);
    }

    /// <summary>Encodes the corpus.</summary>
    /// <returns>Its documents that were left out.</returns>
    private long Encode(TokenSink training, TokenSink heldOut)
    {
        long total = PackedBytes(corpus, options);
        void OnProgress(long done) => options.OnProgress(new CorpusProgress(CorpusStage.Tokenizing, done, total));

        HashSet<UInt128> excluded = [];
        var rule = HeldOutRule.Of(options.HeldOut);
        if (options.Validation is { } validation)
        {
            rule = new HeldOutRule(0);
            new CorpusEncoder(tokenizer, new HeldOutRule(1), heldOut, heldOut).Run(validation.Read(OnProgress).Select(document =>
            {
                excluded.Add(CorpusEncoder.HashOf(document.Text.Span));
                return document;
            }));
        }
        long before = options.Validation?.PackedBytes ?? 0;
        var encoder = new CorpusEncoder(tokenizer, rule, training, heldOut) { Excluded = excluded };
        encoder.Run(corpus.Read(done => OnProgress(before + done)));
        return training.Tokens > 0 || heldOut.Tokens > 0 && options.Validation is null
            ? encoder.LeftOut
            : throw new GpuLmException(
                "Every document of the text to train on is also in the text to validate on, so nothing is left to train. Give other text.");
    }

    private void Tell(long leftOut)
    {
        if (leftOut > 0) options.OnNotice($"{leftOut:N0} documents are also in the text to validate on, and do not train.");
    }
}
