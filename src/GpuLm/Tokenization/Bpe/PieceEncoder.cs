using System.Runtime.InteropServices;

namespace GpuLm.Tokenization.Bpe;

/// <summary>Byte-pair encoding of one piece, in time n log n of its length.</summary>
internal static class PieceEncoder
{
    private const int Gone = -1;

    /// <summary>
    /// Starts with a token for each byte and, while neighbours can be merged, merges those whose merge comes first, of equal ones the
    /// leftmost; appends what is left.
    /// </summary>
    public static void Encode(BpeVocabulary vocabulary, ReadOnlySpan<byte> piece, List<int> tokens)
    {
        int end = piece.Length;
        var token = new int[end];
        var next = new int[end];
        var previous = new int[end];
        for (int at = 0; at < end; at++) (token[at], next[at], previous[at]) = (vocabulary.OfByte(piece[at]), at + 1, at - 1);

        // The priority is the rank of the merge and, below it, the place.
        var waiting = new PriorityQueue<int, long>(end);
        for (int at = 0; at < end; at++) Enqueue(at);
        while (waiting.TryDequeue(out int at, out long priority))
        {
            // A neighbour may have been merged meanwhile: then this pair is no longer there.
            if (!TryMerge(at, out int rank, out int merged) || rank != priority >> 32) continue;
            int right = next[at];
            (token[at], token[right], next[at]) = (merged, Gone, next[right]);
            if (next[at] < end) previous[next[at]] = at;
            Enqueue(at);
            if (previous[at] >= 0) Enqueue(previous[at]);
        }
        for (int at = 0; at < end; at = next[at]) tokens.Add(token[at]);

        bool TryMerge(int at, out int rank, out int merged)
        {
            (rank, merged) = (0, 0);
            return token[at] != Gone && next[at] < end && vocabulary.TryMerge(token[at], token[next[at]], out rank, out merged);
        }

        void Enqueue(int at)
        {
            if (TryMerge(at, out int rank, out _)) waiting.Enqueue(at, ((long)rank << 32) | (uint)at);
        }
    }

    /// <inheritdoc cref="Encode(BpeVocabulary, ReadOnlySpan{byte}, List{int})"/>
    public static int[] Encode(BpeVocabulary vocabulary, ReadOnlySpan<byte> piece)
    {
        var tokens = new List<int>();
        Encode(vocabulary, piece, tokens);
        return [.. CollectionsMarshal.AsSpan(tokens)];
    }
}
