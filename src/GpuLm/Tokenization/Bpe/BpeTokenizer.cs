namespace GpuLm.Tokenization.Bpe;

/// <summary>
/// Byte-level byte-pair encoding as GPT-2 does it: the text is cut into pieces (words with the space before them, numbers, punctuation,
/// white space), and in each piece bytes are merged in the order of the vocabulary's merges. Every text can be written, also bytes that
/// are no UTF-8. (Sennrich, Haddow and Birch 2016, https://arxiv.org/abs/1508.07909; Radford et al. 2019.)
/// </summary>
/// <param name="vocabulary">The tokens and the merges.</param>
/// <remarks>Any number of threads may use an instance at once.</remarks>
public sealed class BpeTokenizer(BpeVocabulary vocabulary) : ITokenizer
{
    private const int LongestRemembered = 32;
    private readonly PieceCache cache = new();

    /// <inheritdoc/>
    public string Kind => "bpe";

    /// <inheritdoc/>
    public int VocabularySize => Vocabulary.Size;

    /// <inheritdoc/>
    public int? EndOfText => Vocabulary.EndOfText;

    /// <summary>The tokens and the merges.</summary>
    public BpeVocabulary Vocabulary { get; } = vocabulary;

    /// <summary>Appends the tokens of the text. The names of added tokens are text like any other.</summary>
    public void Encode(ReadOnlySpan<byte> utf8, List<int> tokens)
    {
        while (!utf8.IsEmpty)
        {
            int length = PieceScanner.FirstLength(utf8);
            var piece = utf8[..length];
            if (length > LongestRemembered) PieceEncoder.Encode(Vocabulary, piece, tokens);
            else tokens.AddRange(cache.GetOrAdd(Vocabulary, piece).AsSpan());
            utf8 = utf8[length..];
        }
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> BytesOf(int token) => Vocabulary.BytesOf(token);

    /// <inheritdoc/>
    public int CutBefore(ReadOnlySpan<byte> utf8, int position) => PieceScanner.CutBefore(utf8, position);
}
