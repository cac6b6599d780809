using System.Text;

namespace GpuLm.Generation;

/// <summary>
/// Turns bytes that arrive in pieces into text that is safe to show: a character is given out when its last byte has come, bytes that are
/// no UTF-8 become U+FFFD, and so do control characters other than tab and line feed, which would disturb a terminal.
/// </summary>
public sealed class Utf8Text
{
    const char Replacement = '\uFFFD';
    readonly Decoder decoder = new UTF8Encoding(false, throwOnInvalidBytes: false).GetDecoder();

    /// <summary>The characters that these bytes complete.</summary>
    public string Add(ReadOnlySpan<byte> bytes) => Decode(bytes, flush: false);

    /// <summary>What stands for a last character that never was completed; empty where all were.</summary>
    public string End() => Decode([], flush: true);

    string Decode(ReadOnlySpan<byte> bytes, bool flush)
    {
        var text = new char[decoder.GetCharCount(bytes, flush)];
        decoder.GetChars(bytes, text, flush);
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]) && text[i] is not ('\n' or '\t')) text[i] = Replacement;
        }
        return new string(text);
    }
}
