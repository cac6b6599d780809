namespace GpuLm.Data;

/// <summary>What is being done to a corpus before it can train.</summary>
public enum CorpusStage
{
    /// <summary>Its files are read, to find out whether their tokens are in the cache.</summary>
    Hashing,

    /// <summary>Its tokenizer is learned from it.</summary>
    Learning,

    /// <summary>Its documents are split and encoded.</summary>
    Tokenizing,
}

/// <summary>How far the preparation of a corpus has come.</summary>
/// <param name="Stage">What is being done.</param>
/// <param name="Done">Bytes of the files that are done.</param>
/// <param name="Total">Bytes of all the files.</param>
public readonly record struct CorpusProgress(CorpusStage Stage, long Done, long Total);

/// <summary>How a corpus is split, and where its tokens are kept.</summary>
public sealed record CorpusOptions
{
    /// <summary>The share of the text that is held out by default: a tenth, as nanoGPT's shakespeare_char does.</summary>
    public const double DefaultHeldOut = 0.1;

    /// <summary>
    /// The share of the text that is held out, 0 to 1: of documents shorter than 64 KiB whole ones, chosen by their content; of longer
    /// ones, and of a corpus of one document, the end.
    /// </summary>
    public double HeldOut { get; init; } = DefaultHeldOut;

    /// <summary>
    /// Text to hold out instead of a share of the corpus. Documents of the corpus that are also in it do not train.
    /// </summary>
    public TextCorpus? Validation { get; init; }

    /// <summary>Where tokens are kept; nothing means <c>tokens</c> in the program's cache folder.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>Whether a corpus so small that it is encoded in no time is kept all the same.</summary>
    public bool KeepsSmall { get; init; }

    /// <summary>Called now and then while the corpus is prepared, on the thread that prepares it.</summary>
    public Action<CorpusProgress> OnProgress { get; init; } = _ => { };

    /// <summary>Called with what the user should know: damaged tokens that are made again, documents that were left out.</summary>
    public Action<string> OnNotice { get; init; } = _ => { };
}
