using System.Text;
using GpuLm.Data;

namespace GpuLm.Tokenization;

/// <summary>Turns text (UTF-8) into token ids 0 .. <see cref="VocabularySize"/> - 1 and back, without loss.</summary>
public interface ITokenizer
{
    /// <summary>What its tokens are: <c>byte</c>, <c>char</c> or <c>bpe</c>.</summary>
    string Kind { get; }

    /// <summary>The number of token ids.</summary>
    int VocabularySize { get; }

    /// <summary>
    /// The token that stands between documents and ends a text; nothing where the vocabulary has none. No text of a document encodes to it,
    /// except that in a byte or char vocabulary it is the character U+0000, which texts do not use.
    /// </summary>
    int? EndOfText { get; }

    /// <summary>Appends the tokens of the text.</summary>
    /// <exception cref="UnknownCharacterException">The text holds a character that no token stands for.</exception>
    /// <exception cref="GpuLmException">The bytes are no UTF-8 and this tokenizer needs characters.</exception>
    void Encode(ReadOnlySpan<byte> utf8, List<int> tokens);

    /// <summary>
    /// The bytes that a token stands for. They may be a part of a character: print streamed tokens through
    /// <see cref="Generation.Utf8Text"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    ReadOnlySpan<byte> BytesOf(int token);

    /// <summary>
    /// The last place at or before <paramref name="position"/> at which a text can be cut: the tokens of both parts, joined, are those of
    /// the whole. 0 where there is none; the text's end is such a place.
    /// </summary>
    int CutBefore(ReadOnlySpan<byte> utf8, int position) => Utf8Scan.CharacterStart(utf8, Math.Min(position, utf8.Length));

    /// <summary>The number of bytes that a token stands for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    int ByteCount(int token) => BytesOf(token).Length;

    /// <summary>The tokens of the text.</summary>
    /// <inheritdoc cref="Encode(ReadOnlySpan{byte}, List{int})"/>
    int[] Encode(string text)
    {
        var tokens = new List<int>();
        Encode(Encoding.UTF8.GetBytes(text), tokens);
        return [.. tokens];
    }

    /// <summary>The bytes that the tokens stand for, joined.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    byte[] Decode(ReadOnlySpan<int> tokens)
    {
        var bytes = new List<byte>(tokens.Length);
        foreach (int token in tokens) bytes.AddRange(BytesOf(token));
        return [.. bytes];
    }

    /// <summary>The text that the tokens stand for; bytes that are no UTF-8 become U+FFFD.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    string DecodeText(ReadOnlySpan<int> tokens) => Encoding.UTF8.GetString(Decode(tokens));
}
