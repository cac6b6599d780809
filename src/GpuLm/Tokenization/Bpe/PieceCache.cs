using System.IO.Hashing;

namespace GpuLm.Tokenization.Bpe;

/// <summary>
/// The tokens of pieces met lately. It never grows: a piece replaces another of the same slot. Threads share it without locks, because an
/// entry never changes and a slot is replaced in one write.
/// </summary>
internal sealed class PieceCache
{
    private const int Slots = 1 << 18;
    private readonly Entry?[] entries = new Entry?[Slots];

    private sealed record Entry(byte[] Piece, int[] Tokens);

    /// <summary>The tokens of a piece: remembered, or made now.</summary>
    public int[] GetOrAdd(BpeVocabulary vocabulary, ReadOnlySpan<byte> piece)
    {
        ref Entry? slot = ref entries[XxHash3.HashToUInt64(piece) % Slots];
        if (slot is not { } entry || !piece.SequenceEqual(entry.Piece))
        {
            slot = entry = new Entry(piece.ToArray(), PieceEncoder.Encode(vocabulary, piece));
        }
        return entry.Tokens;
    }
}
