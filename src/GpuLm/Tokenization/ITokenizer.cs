using System.Text;

namespace GpuLm.Tokenization;

/// <summary>Turns text (UTF-8) into token ids 0 .. <see cref="VocabularySize"/> - 1 and back, without loss.</summary>
public interface ITokenizer
{
    /// <summary>The name that <see cref="Tokenizers.Create"/> takes: <c>byte</c> or <c>char</c>.</summary>
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
