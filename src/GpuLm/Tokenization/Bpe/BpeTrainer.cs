using System.Diagnostics;
using System.Text;

namespace GpuLm.Tokenization.Bpe;

/// <summary>Learns the vocabulary of a byte-level byte-pair encoding from text.</summary>
/// <remarks>
/// First the pieces of the text (<see cref="BpeTokenizer"/>) are counted, in parallel; then the most frequent pair of neighbouring tokens
/// becomes a token, until the vocabulary is full or no pair occurs twice. Of equally frequent pairs the one whose left token is older is
/// first, then the one whose right token is older. The ids are 0 to 255 for the bytes, then one for each merge in order, then the token
/// that ends a text. The result does not depend on the number of threads.
/// <para>
/// Memory does not grow with the text: when there are more distinct pieces than allowed, those that occurred once so far are forgotten,
/// then those that occurred twice, until half are left. What is forgotten is rare, so that the merges hardly change.
/// </para>
/// </remarks>
public sealed class BpeTrainer
{
    /// <summary>The bytes and the token that ends a text.</summary>
    public const int LeastVocabulary = 257;

    /// <summary>Distinct pieces that are kept by default: they take about half a gigabyte.</summary>
    public const int DefaultMostPieces = 2_000_000;

    // Chunks that are in memory at once. They are counted before the next are read, so there are more of them than threads.
    private const int ChunksAtOnce = 32;

    private readonly int vocabularySize, mostPieces, threads;

    /// <summary>Settles what is learned.</summary>
    /// <param name="vocabularySize">The number of tokens.</param>
    /// <param name="mostPieces">Distinct pieces that are kept at most.</param>
    /// <param name="threads">Threads that count; nothing for one a core.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The vocabulary is smaller than <see cref="LeastVocabulary"/>, or another number is not positive.
    /// </exception>
    public BpeTrainer(int vocabularySize, int mostPieces = DefaultMostPieces, int? threads = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, LeastVocabulary);
        ArgumentOutOfRangeException.ThrowIfLessThan(mostPieces, 1);
        this.vocabularySize = vocabularySize;
        this.mostPieces = mostPieces;
        this.threads = threads ?? Environment.ProcessorCount;
        ArgumentOutOfRangeException.ThrowIfLessThan(this.threads, 1, nameof(threads));
    }

    /// <summary>Learns from documents, which are read once, in order.</summary>
    /// <param name="documents">The text. A document's memory must not be written to again while others are read.</param>
    /// <param name="progress">Is told how far it is, now and then.</param>
    /// <exception cref="GpuLmException">There is no text.</exception>
    public BpeTraining Train(IEnumerable<ReadOnlyMemory<byte>> documents, IProgress<BpeProgress>? progress = null)
    {
        var watch = Stopwatch.StartNew();
        var (pieces, bytes) = Count(documents, progress);
        if (bytes == 0) throw new GpuLmException("There is no text to learn tokens from. Name a text that is not empty.");
        var counting = watch.Elapsed;
        watch.Restart();
        var vocabulary = Merge(pieces, bytes, progress);
        return new BpeTraining(new BpeTokenizer(vocabulary))
        {
            Bytes = bytes,
            Pieces = pieces.Total,
            DistinctPieces = pieces.Counts.Count,
            ForgottenPieces = pieces.Forgotten,
            Counting = counting,
            Merging = watch.Elapsed,
        };
    }

    private (PieceCounts Pieces, long Bytes) Count(IEnumerable<ReadOnlyMemory<byte>> documents, IProgress<BpeProgress>? progress)
    {
        var all = new PieceCounts(mostPieces);
        long bytes = 0;
        foreach (var chunks in TextChunks.Of(documents).Chunk(ChunksAtOnce))
        {
            var counted = new PieceCounts[chunks.Length];
            Parallel.For(0, chunks.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, index =>
            {
                counted[index] = new PieceCounts();
                foreach (var part in chunks[index]) counted[index].Add(part.Span);
            });
            // One after the other and in order, so that what is forgotten is the same for any number of threads.
            foreach (var part in counted) all.Add(part);
            bytes += chunks.Sum(chunk => chunk.Sum(part => (long)part.Length));
            progress?.Report(new BpeProgress(bytes, 0));
        }
        return (all, bytes);
    }

    private BpeVocabulary Merge(PieceCounts pieces, long bytes, IProgress<BpeProgress>? progress)
    {
        var learner = new MergeLearner(pieces.Counts);
        List<byte[]> tokens = [.. Enumerable.Range(0, 256).Select(value => new[] { (byte)value })];
        var merges = new List<BpeMerge>();
        while (tokens.Count < vocabularySize - 1 && learner.Next() is { } merge)
        {
            merges.Add(merge);
            tokens.Add([.. tokens[merge.Left], .. tokens[merge.Right]]);
            if (merges.Count % 256 == 0) progress?.Report(new BpeProgress(bytes, merges.Count));
        }
        tokens.Add(Encoding.UTF8.GetBytes(BpeVocabulary.EndOfTextName));
        return new BpeVocabulary(tokens, merges, [tokens.Count - 1]);
    }
}
