using System.Text;

namespace GpuLm.Tokenization.Bpe;

/// <summary>
/// The tokens of a byte-level byte-pair encoding: one for each of the 256 bytes, one for each merge, and added ones, such as
/// <see cref="EndOfTextName"/>, which no text encodes to.
/// </summary>
public sealed class BpeVocabulary
{
    /// <summary>The added token that stands between documents, by the name that GPT-2 gave it.</summary>
    public const string EndOfTextName = "<|endoftext|>";

    private readonly byte[][] tokens;
    private readonly int[] byteTokens = new int[256];
    private readonly Dictionary<BpeMerge, (int Rank, int Token)> results;

    /// <summary>Takes the tokens and what makes them.</summary>
    /// <param name="tokens">The bytes of each token.</param>
    /// <param name="merges">The merges, the one to do first before all others.</param>
    /// <param name="added">Tokens that no merge makes.</param>
    /// <exception cref="GpuLmException">
    /// Tokens are empty or equal, a byte has none, or a merge comes twice or names or makes a token that is not there.
    /// </exception>
    public BpeVocabulary(IReadOnlyList<byte[]> tokens, IReadOnlyList<BpeMerge> merges, IReadOnlyList<int> added)
    {
        this.tokens = [.. tokens];
        Merges = merges;
        Added = added;
        var ids = IdsByBytes();
        for (int value = 0; value < 256; value++)
        {
            byteTokens[value] = ids.TryGetValue([(byte)value], out int id)
                ? id
                : throw new GpuLmException($"it has no token for the byte 0x{value:X2}, so it cannot write every text.");
        }
        results = new Dictionary<BpeMerge, (int, int)>(merges.Count);
        foreach (var merge in merges) Add(merge, ids);
        byte[] endOfText = Encoding.UTF8.GetBytes(EndOfTextName);
        EndOfText = added.Where(id => tokens[id].AsSpan().SequenceEqual(endOfText)).Cast<int?>().FirstOrDefault();
    }

    /// <summary>The number of tokens.</summary>
    public int Size => tokens.Length;

    /// <summary>The merges, the one to do first before all others.</summary>
    public IReadOnlyList<BpeMerge> Merges { get; }

    /// <summary>The tokens that no text encodes to.</summary>
    public IReadOnlyList<int> Added { get; }

    /// <summary>The token between documents; nothing where none has its name.</summary>
    public int? EndOfText { get; }

    /// <summary>The bytes that a token stands for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    public ReadOnlySpan<byte> BytesOf(int token)
    {
        Tokenizers.CheckToken(token, Size);
        return tokens[token];
    }

    /// <summary>The token of a single byte.</summary>
    public int OfByte(byte value) => byteTokens[value];

    /// <summary>What two neighbours become.</summary>
    /// <param name="left">The first token.</param>
    /// <param name="right">The second token.</param>
    /// <param name="rank">The place of their merge in the order of merges; lower comes first.</param>
    /// <param name="token">What they become.</param>
    /// <returns>Whether there is a merge for them.</returns>
    public bool TryMerge(int left, int right, out int rank, out int token)
    {
        bool found = results.TryGetValue(new BpeMerge(left, right), out var result);
        (rank, token) = result;
        return found;
    }

    private Dictionary<byte[], int> IdsByBytes()
    {
        var ids = new Dictionary<byte[], int>(tokens.Length, ByteKeys.Comparer);
        var apart = Added.ToHashSet();
        for (int id = 0; id < tokens.Length; id++)
        {
            if (tokens[id].Length == 0) throw new GpuLmException($"its token {id} is empty.");
            if (!apart.Contains(id) && !ids.TryAdd(tokens[id], id))
            {
                throw new GpuLmException($"its tokens {ids[tokens[id]]} and {id} stand for the same bytes.");
            }
        }
        return ids;
    }

    private void Add(BpeMerge merge, Dictionary<byte[], int> ids)
    {
        int rank = results.Count;
        if (!ids.TryGetValue([.. BytesOf(merge.Left), .. BytesOf(merge.Right)], out int id))
        {
            throw new GpuLmException(
                $"its merge {rank}, of the tokens {merge.Left} and {merge.Right}, makes a token that it does not have.");
        }
        if (!results.TryAdd(merge, (rank, id)))
        {
            throw new GpuLmException($"its merge {rank}, of the tokens {merge.Left} and {merge.Right}, comes twice.");
        }
    }
}
