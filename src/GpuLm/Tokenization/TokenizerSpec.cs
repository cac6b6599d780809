using System.Globalization;
using GpuLm.Tokenization.Bpe;

namespace GpuLm.Tokenization;

/// <summary>
/// Which tokenizer to use: <c>byte</c>; <c>char</c>, the text's characters; <c>bpe:N</c>, a byte-pair encoding of N tokens learned from the
/// text; <c>gpt2</c>, GPT-2's own; or the folder or file of one that exists.
/// </summary>
public sealed class TokenizerSpec
{
    /// <summary>How a tokenizer can be named.</summary>
    public const string Forms = "byte, char, bpe:N, gpt2, or the folder of a tokenizer or model";

    /// <summary>The most tokens that are learned.</summary>
    public const int MostTokens = 1_000_000;

    private const string BpePrefix = "bpe:";
    private readonly Func<IEnumerable<ReadOnlyMemory<byte>>, IProgress<BpeProgress>?, ITokenizer> create;

    private TokenizerSpec(
        string text, bool needsText, Func<IEnumerable<ReadOnlyMemory<byte>>, IProgress<BpeProgress>?, ITokenizer> create) =>
        (Text, NeedsText, this.create) = (text, needsText, create);

    /// <summary>The specification as it was written.</summary>
    public string Text { get; }

    /// <summary>Whether the vocabulary comes from the text.</summary>
    public bool NeedsText { get; }

    /// <summary>Understands a specification. What has a directory's separator in it is a path, whatever lies there.</summary>
    /// <exception cref="GpuLmException">It has no meaning; the message says which have.</exception>
    public static TokenizerSpec Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.StartsWith(BpePrefix, StringComparison.Ordinal)) return Bpe(text);
        return text switch
        {
            "byte" => new(text, false, (_, _) => new ByteTokenizer()),
            "char" => new(text, true, (documents, _) => CharTokenizer.FromDocuments(documents)),
            "gpt2" => new(text, false, (_, _) => new BpeTokenizer(Gpt2Vocabulary.Vocabulary)),
            _ when IsPath(text) => new(text, false, (_, _) => TokenizerFile.Load(text)),
            _ => throw new GpuLmException($"There is no tokenizer '{text}', nor a folder or file of that name. Tokenizers: {Forms}."),
        };
    }

    /// <summary>The tokenizer.</summary>
    /// <param name="documents">The text; read only where <see cref="NeedsText"/>.</param>
    /// <param name="progress">Is told how far learning is.</param>
    /// <exception cref="GpuLmException">The text gives no vocabulary, or a file is no tokenizer.</exception>
    public ITokenizer Create(IEnumerable<ReadOnlyMemory<byte>> documents, IProgress<BpeProgress>? progress = null) =>
        create(documents, progress);

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static bool IsPath(string text) => Path.GetFileName(text) != text || Directory.Exists(text) || File.Exists(text);

    private static TokenizerSpec Bpe(string text)
    {
        string number = text[BpePrefix.Length..];
        return int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int tokens)
            && tokens is >= BpeTrainer.LeastVocabulary and <= MostTokens
            ? new(text, true, (documents, progress) => new BpeTrainer(tokens).Train(documents, progress).Tokenizer)
            : throw new GpuLmException(string.Create(
                CultureInfo.InvariantCulture,
                $"'{text}' is no tokenizer: bpe:N takes a number of tokens from {BpeTrainer.LeastVocabulary} (256 bytes and the end of a "
                + $"text) to {MostTokens}, such as bpe:4096."));
    }
}
