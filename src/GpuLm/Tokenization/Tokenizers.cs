namespace GpuLm.Tokenization;

/// <summary>Makes tokenizers by name.</summary>
public static class Tokenizers
{
    /// <summary>The names that <see cref="Create"/> takes.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["byte", "char"];

    /// <summary>A tokenizer for a corpus.</summary>
    /// <param name="kind"><c>byte</c>, or <c>char</c>: the characters of the documents.</param>
    /// <param name="documents">The documents, UTF-8; only <c>char</c> looks at them.</param>
    /// <exception cref="GpuLmException">There is no tokenizer of that name, or the text gives no vocabulary.</exception>
    public static ITokenizer Create(string kind, IEnumerable<ReadOnlyMemory<byte>> documents) => kind switch
    {
        "byte" => new ByteTokenizer(),
        "char" => new CharTokenizer([.. documents.SelectMany(text => CharTokenizer.FromText(text.Span).Characters).Distinct().Order()]),
        _ => throw new GpuLmException($"There is no tokenizer '{kind}'. Tokenizers: {string.Join(", ", Kinds)}."),
    };

    internal static void CheckToken(int token, int vocabularySize)
    {
        if ((uint)token >= (uint)vocabularySize)
        {
            throw new ArgumentOutOfRangeException(nameof(token), token, $"Tokens go from 0 to {vocabularySize - 1}.");
        }
    }
}
