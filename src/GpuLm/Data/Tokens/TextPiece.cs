using System.Text;
using GpuLm.Data.Reading;

namespace GpuLm.Data.Tokens;

/// <summary>A part of a document that is encoded by itself.</summary>
/// <param name="Document">The document.</param>
/// <param name="Range">Its bytes.</param>
/// <param name="IsHeldOut">Whether it is held out.</param>
/// <param name="IsStart">Whether a part of a document that trains, or that is held out, starts here.</param>
/// <param name="AfterSeparator">Whether a separator comes before it.</param>
internal readonly record struct TextPiece(Document Document, Range Range, bool IsHeldOut, bool IsStart, bool AfterSeparator)
{
    /// <summary>Bytes that are encoded at once: a thread's work, large enough to be worth one and small enough to share out.</summary>
    public const int MostBytes = 1 << 20;

    public ReadOnlySpan<byte> Text => Document.Text.Span[Range];

    /// <summary>Cuts a part of a document into pieces.</summary>
    public static IEnumerable<TextPiece> Of(Document document, Range part, bool isHeldOut, bool afterSeparator)
    {
        var (first, length) = part.GetOffsetAndLength(document.Text.Length);
        for (int start = first, end; start < first + length; start = end)
        {
            end = first + length;
            if (end - start > MostBytes) end = start + CutWithin(document.Text.Span.Slice(start, MostBytes));
            yield return new TextPiece(document, start..end, isHeldOut, start == first, start == first && afterSeparator);
        }
    }

    /// <summary>
    /// The last place that ends a word: a line end, or else a space, with no space before it. GPT-2's pattern, and those like it, begin a
    /// part there whatever stands before, so text that is cut there has the tokens it has uncut. Where there is none, any character.
    /// </summary>
    public static int CutWithin(ReadOnlySpan<byte> text)
    {
        int cut = LastBefore(text, (byte)'\n');
        if (cut <= 0) cut = LastBefore(text, (byte)' ');
        if (cut <= 0) cut = Utf8Scan.CharacterStart(text, text.Length - 1);
        return cut > 0 ? cut : text.Length;
    }

    private static int LastBefore(ReadOnlySpan<byte> text, byte space)
    {
        int at = text.LastIndexOf(space);
        while (at > 0)
        {
            Rune.DecodeLastFromUtf8(text[..at], out var before, out _);
            if (!Rune.IsWhiteSpace(before)) return at;
            at = text[..at].LastIndexOf(space);
        }
        return at;
    }
}
