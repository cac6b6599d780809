using System.Text;

namespace GpuLm.Tokenization.Bpe;

/// <summary>Finds the merges of a vocabulary that lists only its tokens, in the order in which they were made.</summary>
internal static class RankedVocabulary
{
    /// <summary>A vocabulary of these tokens, the single bytes first, and a last one that ends a text.</summary>
    public static BpeVocabulary Create(IReadOnlyList<byte[]> tokens)
    {
        var ids = new Dictionary<byte[], int>(ByteKeys.Comparer);
        var byBytes = ids.GetAlternateLookup<ReadOnlySpan<byte>>();
        var merges = new List<BpeMerge>();
        foreach (byte[] token in tokens)
        {
            if (token.Length > 1) merges.Add(LastMerge(token, byBytes));
            ids.Add(token, ids.Count);
        }
        return new BpeVocabulary([.. tokens, Encoding.UTF8.GetBytes(BpeVocabulary.EndOfTextName)], merges, [tokens.Count]);
    }

    // The tokens made before this one encode its bytes as the two that its merge joins.
    private static BpeMerge LastMerge(byte[] token, Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> ids)
    {
        var starts = Enumerable.Range(0, token.Length + 1).ToList();
        while (starts.Count > 3)
        {
            int first = Enumerable.Range(0, starts.Count - 2).MinBy(RankAt);
            starts.RemoveAt(first + 1);
        }
        return new BpeMerge(ids[token.AsSpan(0, starts[1])], ids[token.AsSpan(starts[1])]);

        int RankAt(int at) => ids.TryGetValue(token.AsSpan(starts[at]..starts[at + 2]), out int id) ? id : int.MaxValue;
    }
}
