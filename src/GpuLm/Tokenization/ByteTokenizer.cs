namespace GpuLm.Tokenization;

/// <summary>One token for each of the 256 bytes, and no other: every text can be written, and the id of a byte is its value.</summary>
public sealed class ByteTokenizer : ITokenizer
{
    private static readonly byte[] AllBytes = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];

    /// <inheritdoc/>
    public string Kind => "byte";

    /// <inheritdoc/>
    public int VocabularySize => 256;

    /// <inheritdoc/>
    public int? EndOfText => 0;

    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<byte> utf8, List<int> tokens)
    {
        tokens.EnsureCapacity(tokens.Count + utf8.Length);
        foreach (byte value in utf8) tokens.Add(value);
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> BytesOf(int token)
    {
        Tokenizers.CheckToken(token, VocabularySize);
        return AllBytes.AsSpan(token, 1);
    }
}
