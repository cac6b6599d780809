namespace GpuLm.Tokenization.Bpe;

/// <summary>Cuts documents into chunks of work of about equal size, without changing their pieces.</summary>
internal static class TextChunks
{
    /// <summary>The least size of a chunk in bytes, but for the last.</summary>
    public const int Size = 1 << 20;

    /// <summary>
    /// Chunks of one or more parts: short documents come together, long ones are cut where a piece ends. The cuts depend on the documents
    /// alone.
    /// </summary>
    public static IEnumerable<IReadOnlyList<ReadOnlyMemory<byte>>> Of(IEnumerable<ReadOnlyMemory<byte>> documents)
    {
        var chunk = new List<ReadOnlyMemory<byte>>();
        long bytes = 0;
        foreach (var part in documents.SelectMany(Parts))
        {
            chunk.Add(part);
            bytes += part.Length;
            if (bytes < Size) continue;
            yield return chunk;
            chunk = [];
            bytes = 0;
        }
        if (chunk.Count > 0) yield return chunk;
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Parts(ReadOnlyMemory<byte> document)
    {
        while (!document.IsEmpty)
        {
            int cut = 0;
            for (long most = Size; cut == 0; most *= 2) cut = PieceScanner.CutBefore(document.Span, (int)Math.Min(most, document.Length));
            yield return document[..cut];
            document = document[cut..];
        }
    }
}
