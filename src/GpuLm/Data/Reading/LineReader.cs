namespace GpuLm.Data.Reading;

/// <summary>The lines of a file, with their ends, in a buffer that grows to the longest of them.</summary>
internal sealed class LineReader(CorpusInput input) : IDisposable
{
    private byte[] buffer = new byte[1 << 16];
    private int start, end, length;
    private bool finished;

    /// <summary>Bytes before the line that was read last.</summary>
    public long Offset { get; private set; }

    /// <summary>Lines before the line that was read last.</summary>
    public long Line { get; private set; } = -1;

    /// <summary>The line that was read last; valid until the next is read.</summary>
    public ReadOnlySpan<byte> Current => buffer.AsSpan(start - length, length);

    public long PackedBytes => input.PackedBytes;

    /// <summary>
    /// Reads the next line; one that is longer than <see cref="Document.MostBytes"/> comes in parts that keep characters whole.
    /// </summary>
    /// <returns>Whether there was one; it is <see cref="Current"/>.</returns>
    public bool Next()
    {
        bool first = Line < 0;
        int searched = start;
        while (true)
        {
            int newline = buffer.AsSpan(searched, end - searched).IndexOf((byte)'\n');
            if (newline >= 0) return Take(searched + newline + 1 - start);
            if (finished) return Take(end - start);
            if (end - start >= Document.MostBytes)
            {
                return Take(Utf8Scan.CharacterStart(buffer.AsSpan(start, end - start), Document.MostBytes - 1));
            }
            searched = end;
            searched -= Fill();
            if (first) (start, searched, first) = (CorpusInput.MarkLength(buffer.AsSpan(0, end)), start, false);
        }
    }

    public void Dispose() => input.Dispose();

    private bool Take(int count)
    {
        Offset = input.Offset - (end - start);
        Line++;
        start += count;
        length = count;
        return count > 0;
    }

    /// <summary>Reads more bytes behind those that are left, which move to the front.</summary>
    /// <returns>By how much they moved.</returns>
    private int Fill()
    {
        int moved = start;
        buffer.AsSpan(start, end - start).CopyTo(buffer);
        (start, end) = (0, end - start);
        if (end == buffer.Length) Array.Resize(ref buffer, 2 * buffer.Length);
        int count = input.Read(buffer.AsSpan(end));
        finished = count < buffer.Length - end;
        end += count;
        return moved;
    }
}
