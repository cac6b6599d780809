using System.Runtime.InteropServices;

namespace GpuLm.Tokenization.Bpe;

/// <summary>How often each piece of a text occurs. Beyond a number of distinct pieces the rare ones are forgotten.</summary>
/// <param name="most">Distinct pieces that are kept at most, each time that <see cref="Add(PieceCounts)"/> is done.</param>
internal sealed class PieceCounts(int most = int.MaxValue)
{
    /// <summary>Longer pieces are counted in parts of this many bytes.</summary>
    private const int LongestPiece = 256;

    private readonly Dictionary<byte[], long> counts = new(ByteKeys.Comparer);

    /// <summary>The pieces and their counts.</summary>
    public IReadOnlyDictionary<byte[], long> Counts => counts;

    /// <summary>Pieces that were counted, each time that they occurred.</summary>
    public long Total { get; private set; }

    /// <summary>Occurrences that were counted and forgotten again.</summary>
    public long Forgotten { get; private set; }

    /// <summary>Counts the pieces of a text.</summary>
    public void Add(ReadOnlySpan<byte> text)
    {
        var bySpan = counts.GetAlternateLookup<ReadOnlySpan<byte>>();
        while (!text.IsEmpty)
        {
            // A little more than the longest shows whether the piece goes on.
            var start = text[..Math.Min(text.Length, LongestPiece + 4)];
            int length = Math.Min(LongestPiece, PieceScanner.FirstLength(start));
            CollectionsMarshal.GetValueRefOrAddDefault(bySpan, text[..length], out _)++;
            Total++;
            text = text[length..];
        }
    }

    /// <summary>Adds other counts, then forgets the rarest pieces if there are too many, until at most half of those are left.</summary>
    public void Add(PieceCounts other)
    {
        foreach (var (piece, count) in other.counts)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(counts, piece, out _) += count;
        }
        Total += other.Total;
        for (long rare = 1; counts.Count > most || (rare > 1 && counts.Count > most / 2); rare++) Forget(rare);
    }

    private void Forget(long count)
    {
        foreach (var (piece, _) in counts.Where(entry => entry.Value <= count).ToList())
        {
            counts.Remove(piece, out long forgotten);
            Forgotten += forgotten;
        }
    }
}
