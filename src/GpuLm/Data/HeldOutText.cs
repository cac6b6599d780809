using System.Buffers;
using GpuLm.Data.Reading;

namespace GpuLm.Data;

/// <summary>Held-out text, written out so that people and other programs can evaluate a model on it.</summary>
public static class HeldOutText
{
    /// <summary>Bytes of text, about, that are written at most.</summary>
    public const long MostBytes = 1 << 26;

    /// <summary>
    /// Writes the held-out text, with a line of <c>&lt;|endoftext|&gt;</c> between documents: read as a corpus it gives the same documents.
    /// Past <paramref name="most"/> bytes it stops after the next line.
    /// </summary>
    /// <param name="stream">Where to.</param>
    /// <param name="data">Holds out the text.</param>
    /// <param name="most">The size from which on to stop.</param>
    /// <returns>Whether it is the whole text.</returns>
    public static bool Write(Stream stream, TokenDataset data, long most = MostBytes)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(data);
        var tokens = new int[1 << 14];
        var text = new ArrayBufferWriter<byte>();
        long written = 0;
        for (long start = 0; start < data.ValidationTokens; start += tokens.Length)
        {
            var block = tokens.AsSpan(0, (int)Math.Min(tokens.Length, data.ValidationTokens - start));
            data.CopyValidation(start, block);
            foreach (int token in block)
            {
                var bytes = token == data.Tokenizer.EndOfText ? [] : data.Tokenizer.BytesOf(token);
                if (token == data.Tokenizer.EndOfText) WriteSeparator(text);
                else text.Write(bytes);
                if (written + text.WrittenCount >= most && bytes.EndsWith("\n"u8))
                {
                    stream.Write(text.WrittenSpan);
                    return false;
                }
            }
            stream.Write(text.WrittenSpan);
            written += text.WrittenCount;
            text.ResetWrittenCount();
        }
        return true;
    }

    private static void WriteSeparator(ArrayBufferWriter<byte> text)
    {
        text.Write("\n"u8);
        text.Write(PlainTextReader.Separator);
        text.Write("\n"u8);
    }
}
