using System.Text;

namespace GpuLm.Tokenization;

/// <summary>
/// Decodes tokens one after another into text that can be printed at once: a character whose bytes are not all there yet is held back
/// until they are. Bytes that cannot become a character become U+FFFD.
/// </summary>
public sealed class StreamingDecoder(ITokenizer tokenizer)
{
    private readonly Decoder decoder = Encoding.UTF8.GetDecoder();

    /// <summary>The text that this token completes; empty while a character is incomplete.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    public string Push(int token) => Decode(tokenizer.BytesOf(token), flush: false);

    /// <summary>Ends the text: U+FFFD if a character was left incomplete, else nothing.</summary>
    public string Finish() => Decode([], flush: true);

    private string Decode(ReadOnlySpan<byte> bytes, bool flush)
    {
        var text = new char[decoder.GetCharCount(bytes, flush)];
        int length = decoder.GetChars(bytes, text, flush);
        return new string(text, 0, length);
    }
}
