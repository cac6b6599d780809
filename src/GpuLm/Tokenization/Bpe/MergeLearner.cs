namespace GpuLm.Tokenization.Bpe;

/// <summary>
/// Learns merges from counted pieces: again and again the most frequent pair of neighbours becomes a token. Of pairs that are equally
/// frequent, the one whose left token is older is first, then the one whose right token is older, so the order of the pieces does not
/// matter.
/// </summary>
/// <remarks>
/// Pair counts are kept up to date: a merge visits only the pieces that hold its pair. The queue's entries are not; one whose count has
/// fallen since goes back with its present count.
/// </remarks>
internal sealed class MergeLearner
{
    /// <summary>A pair that occurs once teaches nothing.</summary>
    private const long LeastCount = 2;

    private readonly List<(int[] Tokens, int Length, long Count)> pieces = [];
    private readonly Dictionary<BpeMerge, Pair> pairs = [];
    private readonly PriorityQueue<BpeMerge, (long Descending, int Left, int Right)> waiting = new();
    private readonly HashSet<BpeMerge> grown = [];
    private int tokens = 256;

    private sealed class Pair
    {
        public long Count;

        /// <summary>Every piece that holds the pair, and pieces that held it.</summary>
        public readonly List<int> Pieces = [];
    }

    /// <summary>Takes the pieces, whose tokens are their bytes.</summary>
    public MergeLearner(IReadOnlyDictionary<byte[], long> counts)
    {
        foreach (var (piece, count) in counts)
        {
            int[] bytes = [.. piece.Select(value => (int)value)];
            for (int at = 1; at < bytes.Length; at++) Change(bytes[at - 1], bytes[at], count, pieces.Count);
            pieces.Add((bytes, bytes.Length, count));
        }
        EnqueueGrown();
    }

    /// <summary>The next merge, after which its token (256 for the first one, then 257 ...) is in the pieces.</summary>
    /// <returns>Nothing if no pair occurs twice any more.</returns>
    public BpeMerge? Next()
    {
        while (waiting.TryDequeue(out var merge, out var priority))
        {
            var pair = pairs[merge];
            if (pair.Count < LeastCount) continue;
            if (pair.Count != -priority.Descending)
            {
                waiting.Enqueue(merge, Priority(merge));
                continue;
            }
            foreach (int piece in pair.Pieces) Apply(merge, piece);
            tokens++;
            pairs.Remove(merge);
            grown.Remove(merge);
            EnqueueGrown();
            return merge;
        }
        return null;
    }

    // A neighbour that was merged a moment ago is the new token: its own pair with what follows, counted then, is taken back.
    private void Apply(BpeMerge merge, int index)
    {
        var (piece, length, count) = pieces[index];
        int kept = 0;
        for (int at = 0; at < length; at++)
        {
            if (at + 1 == length || piece[at] != merge.Left || piece[at + 1] != merge.Right)
            {
                piece[kept++] = piece[at];
                continue;
            }
            if (kept > 0)
            {
                Change(piece[kept - 1], merge.Left, -count, index);
                Change(piece[kept - 1], tokens, count, index);
            }
            at++;
            if (at + 1 < length)
            {
                Change(merge.Right, piece[at + 1], -count, index);
                Change(tokens, piece[at + 1], count, index);
            }
            piece[kept++] = tokens;
        }
        pieces[index] = (piece, kept, count);
    }

    private void Change(int left, int right, long by, int piece)
    {
        var key = new BpeMerge(left, right);
        if (!pairs.TryGetValue(key, out var pair)) pairs.Add(key, pair = new Pair());
        pair.Count += by;
        if (by < 0) return;
        if (pair.Pieces.Count == 0 || pair.Pieces[^1] != piece) pair.Pieces.Add(piece);
        grown.Add(key);
    }

    private void EnqueueGrown()
    {
        foreach (var merge in grown) waiting.Enqueue(merge, Priority(merge));
        grown.Clear();
    }

    private (long, int, int) Priority(BpeMerge merge) => (-pairs[merge].Count, merge.Left, merge.Right);
}
