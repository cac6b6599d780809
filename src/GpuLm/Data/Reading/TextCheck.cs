namespace GpuLm.Data.Reading;

/// <summary>Whether bytes are text that a tokenizer can take.</summary>
internal static class TextCheck
{
    private static ReadOnlySpan<byte> GzipMagic => [0x1F, 0x8B];

    private static ReadOnlySpan<byte> ZstandardMagic => [0x28, 0xB5, 0x2F, 0xFD];

    /// <summary>Requires UTF-8 without U+0000, which separates documents in byte and char tokens.</summary>
    /// <param name="text">The text.</param>
    /// <param name="file">Its file.</param>
    /// <param name="offset">Bytes before it in the file.</param>
    /// <exception cref="GpuLmException">It is no text; the message says where and what to do.</exception>
    public static void Require(ReadOnlySpan<byte> text, CorpusFile file, long offset)
    {
        int zero = text.IndexOf((byte)0), fault = Utf8Scan.FirstFault(text);
        if (zero < 0 && fault < 0) return;
        if (offset == 0 && PackedName(text) is { } packed)
        {
            throw new GpuLmException(
                $"{file.Name} is no text but packed by {packed}. Give its name the ending that says so, or unpack it.");
        }
        string encoding = offset == 0 && WideName(text) is { } wide ? wide : "LATIN1";
        if (zero < 0 || encoding != "LATIN1")
        {
            int at = fault >= 0 ? fault : zero;
            throw new GpuLmException(
                $"{file.Name} is no UTF-8 text: byte 0x{text[at]:X2} at offset {offset + at}. If it is {encoding}, "
                + $"iconv -f {encoding} -t UTF-8 {file.Name} > converted.txt converts it.");
        }
        throw new GpuLmException(
            $"{file.Name} is no text: it has a zero byte at offset {offset + zero}. Leave the file out, or remove such bytes: "
            + $"tr -d '\\000' < {file.Name} > cleaned.txt does.");
    }

    /// <summary>Requires that a decoded text has no U+0000.</summary>
    /// <exception cref="GpuLmException">It has one.</exception>
    public static void RequireNoZero(ReadOnlySpan<byte> text, CorpusFile file, string place)
    {
        if (text.Contains((byte)0))
        {
            throw new GpuLmException(
                $"The text in {place} of {file.Name} has the character U+0000, which stands between documents. Remove it from the text.");
        }
    }

    /// <summary>Two bytes a character: with a mark that says so, or with zeros in the first ones, as Latin letters have.</summary>
    private static string? WideName(ReadOnlySpan<byte> start) => start switch
    {
        [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] => "UTF-16",
        [not 0, 0, not 0, 0, not 0, 0, ..] => "UTF-16LE",
        [0, not 0, 0, not 0, 0, not 0, ..] => "UTF-16BE",
        _ => null,
    };

    private static string? PackedName(ReadOnlySpan<byte> start) =>
        start.StartsWith(GzipMagic) ? "gzip (.gz)" : start.StartsWith(ZstandardMagic) ? "Zstandard (.zst)" : null;
}
