namespace GpuLm.Tokenization;

/// <summary>Makes tokenizers by name.</summary>
public static class Tokenizers
{
    /// <summary>A tokenizer for a text.</summary>
    /// <param name="spec">One of <see cref="TokenizerSpec.Forms"/>.</param>
    /// <param name="documents">The text; only <c>char</c> and <c>bpe:N</c> look at it.</param>
    /// <exception cref="GpuLmException">There is no tokenizer of that name, or the text gives no vocabulary.</exception>
    public static ITokenizer Create(string spec, IEnumerable<ReadOnlyMemory<byte>> documents) =>
        TokenizerSpec.Parse(spec).Create(documents);

    internal static void CheckToken(int token, int vocabularySize)
    {
        if ((uint)token >= (uint)vocabularySize)
        {
            throw new ArgumentOutOfRangeException(nameof(token), token, $"Tokens go from 0 to {vocabularySize - 1}.");
        }
    }
}
