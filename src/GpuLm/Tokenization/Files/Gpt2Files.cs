using System.Text.Json;
using GpuLm.Tokenization.Bpe;

namespace GpuLm.Tokenization.Files;

/// <summary>
/// GPT-2's first file form: <c>vocab.json</c>, the ids of tokens, and <c>merges.txt</c>, a version line and then a merge a line
/// (https://github.com/openai/gpt-2/blob/master/src/encoder.py).
/// </summary>
internal static class Gpt2Files
{
    public const string VocabularyName = "vocab.json", MergesName = "merges.txt";

    /// <summary>Reads both files of a folder.</summary>
    /// <exception cref="GpuLmException">They contradict each other or themselves.</exception>
    /// <exception cref="JsonException">The vocabulary is no JSON.</exception>
    public static BpeTokenizer Read(string folder)
    {
        using var vocabulary = JsonReading.Parse(TokenizerFile.ReadText(Path.Combine(folder, VocabularyName)));
        var merges = TokenizerFile.ReadText(Path.Combine(folder, MergesName)).ReplaceLineEndings("\n")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith("#version", StringComparison.Ordinal));
        return new BpeTokenizer(
            new NamedVocabulary(vocabulary.RootElement.Ids(), [.. merges.Select(Merge)], new Dictionary<string, int>()).Resolve());
    }

    private static (string Left, string Right) Merge(string line, int rank) =>
        line.Split(' ') is [var left, var right]
            ? (left, right)
            : throw new GpuLmException($"merge {rank} of {MergesName} is \"{line}\"; it should be two tokens and a space between them.");
}
