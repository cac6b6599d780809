using System.Buffers;

namespace GpuLm.Data.Reading;

/// <summary>Documents of plain text.</summary>
internal static class PlainTextReader
{
    /// <summary>The line between documents. The line end before it belongs to it.</summary>
    public static ReadOnlySpan<byte> Separator => "<|endoftext|>"u8;

    /// <summary>
    /// The whole file as one document, or the texts between its separators. One that is longer than <see cref="Document.MostBytes"/> is
    /// taken as several.
    /// </summary>
    public static IEnumerable<Document> Read(CorpusFile file, Action<long> onProgress)
    {
        using var lines = new LineReader(new CorpusInput(file));
        var text = new ArrayBufferWriter<byte>();
        long offset = 0, line = 0;
        while (lines.Next())
        {
            bool separates = lines.Current.TrimEnd("\r\n"u8).SequenceEqual(Separator);
            if (separates || text.WrittenCount + lines.Current.Length > Document.MostBytes)
            {
                if (Take(text, separates) is { Length: > 0 } document)
                {
                    TextCheck.Require(document, file, offset);
                    yield return new Document(document, offset, line);
                }
                onProgress(lines.PackedBytes);
            }
            if (text.WrittenCount == 0) (offset, line) = (lines.Offset, lines.Line);
            if (!separates) text.Write(lines.Current);
        }
        if (Take(text, beforeSeparator: false) is { Length: > 0 } last)
        {
            TextCheck.Require(last, file, offset);
            yield return new Document(last, offset, line);
        }
        onProgress(lines.PackedBytes);
    }

    private static byte[] Take(ArrayBufferWriter<byte> text, bool beforeSeparator)
    {
        var written = text.WrittenSpan;
        if (beforeSeparator && written.EndsWith("\n"u8)) written = written.EndsWith("\r\n"u8) ? written[..^2] : written[..^1];
        byte[] document = written.ToArray();
        text.ResetWrittenCount();
        return document;
    }
}
