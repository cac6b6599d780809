using System.Numerics;
using System.Numerics.Tensors;
using GpuLm.Tokenization;

namespace GpuLm.Data;

/// <summary>Tokens in the smallest type that holds the vocabulary: 1, 2 or 4 bytes each.</summary>
internal sealed class TokenArray
{
    private const int Piece = 1 << 16;

    private readonly byte[]? bytes;
    private readonly ushort[]? shorts;
    private readonly int[]? ints;

    /// <summary>Encodes a text.</summary>
    /// <exception cref="UnknownCharacterException">The text holds a character that no token stands for.</exception>
    public TokenArray(ReadOnlySpan<byte> utf8, ITokenizer tokenizer)
    {
        Bytes = utf8.Length;
        switch (tokenizer.VocabularySize)
        {
            case <= 1 << 8:
                bytes = Encode<byte>(utf8, tokenizer);
                Length = bytes.Length;
                break;
            case <= 1 << 16:
                shorts = Encode<ushort>(utf8, tokenizer);
                Length = shorts.Length;
                break;
            default:
                ints = Encode<int>(utf8, tokenizer);
                Length = ints.Length;
                break;
        }
    }

    /// <summary>The number of tokens.</summary>
    public int Length { get; }

    /// <summary>The number of bytes of the text that the tokens stand for.</summary>
    public long Bytes { get; }

    /// <summary>Copies tokens from <paramref name="start"/> on.</summary>
    public void CopyTo(int start, Span<int> tokens)
    {
        if (bytes is not null) TensorPrimitives.ConvertTruncating<byte, int>(bytes.AsSpan(start, tokens.Length), tokens);
        else if (shorts is not null) TensorPrimitives.ConvertTruncating<ushort, int>(shorts.AsSpan(start, tokens.Length), tokens);
        else ints.AsSpan(start, tokens.Length).CopyTo(tokens);
    }

    /// <summary>Copies a window and, as targets, the window one token later.</summary>
    public void CopyWindow(int start, Span<int> inputs, Span<int> targets)
    {
        CopyTo(start, inputs);
        CopyTo(start + 1, targets);
    }

    // In pieces, so that the 4-byte ids of a large text never exist at once. A text that is no UTF-8 is cut anywhere; only the byte
    // tokenizer takes it.
    private static T[] Encode<T>(ReadOnlySpan<byte> utf8, ITokenizer tokenizer)
        where T : unmanaged, INumberBase<T>
    {
        var tokens = new T[utf8.Length];
        var piece = new List<int>(Piece);
        int count = 0;
        for (int start = 0; start < utf8.Length;)
        {
            int end = Utf8Scan.CharacterStart(utf8, Math.Min(utf8.Length, start + Piece));
            if (end <= start) end = Math.Min(utf8.Length, start + Piece);
            piece.Clear();
            try
            {
                tokenizer.Encode(utf8[start..end], piece);
            }
            catch (UnknownCharacterException fault)
            {
                throw fault.After(start, utf8[..start].Count((byte)'\n'));
            }
            if (count + piece.Count > tokens.Length) Array.Resize(ref tokens, count + piece.Count + (utf8.Length - end));
            foreach (int token in piece) tokens[count++] = T.CreateTruncating(token);
            start = end;
        }
        Array.Resize(ref tokens, count);
        return tokens;
    }
}
