using GpuLm.Data.Reading;
using GpuLm.Tokenization;

namespace GpuLm.Data.Tokens;

/// <summary>A part of a document that is encoded by itself.</summary>
/// <param name="Document">The document.</param>
/// <param name="Range">Its bytes.</param>
/// <param name="IsHeldOut">Whether it is held out.</param>
/// <param name="IsStart">Whether a part of a document that trains, or that is held out, starts here.</param>
/// <param name="AfterSeparator">Whether a separator comes before it.</param>
internal readonly record struct TextPiece(Document Document, Range Range, bool IsHeldOut, bool IsStart, bool AfterSeparator)
{
    /// <summary>
    /// Bytes that are encoded at once, where a text can be cut: enough to be worth a thread's while, and few enough to share out.
    /// </summary>
    public const int MostBytes = 1 << 20;

    public ReadOnlySpan<byte> Text => Document.Text.Span[Range];

    /// <summary>Cuts a part of a document into pieces whose tokens, joined, are those of the whole part.</summary>
    public static IEnumerable<TextPiece> Of(
        Document document, Range part, ITokenizer tokenizer, bool isHeldOut, bool afterSeparator)
    {
        var (first, length) = part.GetOffsetAndLength(document.Text.Length);
        for (int start = first, end; start < first + length; start = end)
        {
            end = start + LengthOfFirst(document.Text.Span[start..(first + length)], tokenizer);
            yield return new TextPiece(document, start..end, isHeldOut, start == first, start == first && afterSeparator);
        }
    }

    private static int LengthOfFirst(ReadOnlySpan<byte> text, ITokenizer tokenizer)
    {
        for (long most = MostBytes; ; most *= 2)
        {
            int cut = tokenizer.CutBefore(text, (int)Math.Min(most, text.Length));
            if (cut > 0) return cut;
        }
    }
}
