using System.Globalization;
using System.Text;

namespace GpuLm.Tokenization.Bpe;

/// <summary>
/// Cuts text into the pieces that byte-pair encoding works on, as GPT-2's pattern does:
/// <c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c>
/// (https://github.com/openai/gpt-2/blob/master/src/encoder.py). Characters are Unicode scalar values. Bytes that are no UTF-8 count as
/// characters that are neither space, letter nor number.
/// </summary>
/// <remarks>
/// By hand, because a regular expression needs text without broken bytes, and .NET's sees halves of the characters above U+FFFF.
/// </remarks>
internal static class PieceScanner
{
    private enum Kind : byte
    {
        Other,
        Space,
        Letter,
        Number,
    }

    private static readonly Kind[] AsciiKinds = [.. Enumerable.Range(0, 128).Select(value => KindOf(new Rune(value)))];

    /// <summary>The length in bytes of the first piece of a text that is not empty.</summary>
    public static int FirstLength(ReadOnlySpan<byte> text)
    {
        if (text[0] == '\'' && ContractionLength(text) is > 0 and int length) return length;
        int start = text[0] == ' ' && text.Length > 1 ? 1 : 0;
        var kind = KindAt(text, start, out int used);
        return kind == Kind.Space ? SpaceLength(text) : RunEnd(text, start + used, kind);
    }

    /// <summary>
    /// The last place at or before <paramref name="position"/> where a piece certainly ends, whatever comes before and after: between a
    /// character that is no white space, and white space. 0 where there is none.
    /// </summary>
    public static int CutBefore(ReadOnlySpan<byte> text, int position)
    {
        if (position >= text.Length) return text.Length;
        while (position > 0 && !(KindAt(text, position, out _) == Kind.Space && KindBefore(text, position) != Kind.Space)) position--;
        return position;
    }

    private static Kind KindBefore(ReadOnlySpan<byte> text, int end)
    {
        if (text[end - 1] < 128) return AsciiKinds[text[end - 1]];
        Rune.DecodeLastFromUtf8(text[..end], out var character, out _);
        return KindOf(character);
    }

    // A piece takes all the space at the end of the text, but elsewhere leaves the last character of it to what follows.
    private static int SpaceLength(ReadOnlySpan<byte> text)
    {
        int last = 0, at = 0;
        while (at < text.Length && KindAt(text, at, out int used) == Kind.Space)
        {
            last = at;
            at += used;
        }
        return at == text.Length || last == 0 ? at : last;
    }

    private static int RunEnd(ReadOnlySpan<byte> text, int at, Kind kind)
    {
        while (at < text.Length && KindAt(text, at, out int used) == kind) at += used;
        return at;
    }

    private static int ContractionLength(ReadOnlySpan<byte> text) =>
        text.Length < 2 ? 0 : text[1] switch
        {
            (byte)'s' or (byte)'t' or (byte)'m' or (byte)'d' => 2,
            (byte)'r' or (byte)'v' when text.Length > 2 && text[2] == 'e' => 3,
            (byte)'l' when text.Length > 2 && text[2] == 'l' => 3,
            _ => 0,
        };

    private static Kind KindAt(ReadOnlySpan<byte> text, int at, out int used)
    {
        if (text[at] < 128)
        {
            used = 1;
            return AsciiKinds[text[at]];
        }
        // A broken sequence decodes to U+FFFD, which is of no kind either.
        Rune.DecodeFromUtf8(text[at..], out var character, out used);
        return KindOf(character);
    }

    private static Kind KindOf(Rune character) => Rune.GetUnicodeCategory(character) switch
    {
        <= UnicodeCategory.OtherLetter => Kind.Letter,
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Kind.Number,
        _ => Rune.IsWhiteSpace(character) ? Kind.Space : Kind.Other,
    };
}
