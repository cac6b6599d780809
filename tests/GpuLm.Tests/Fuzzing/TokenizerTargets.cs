using System.Text;
using GpuLm.Tokenization;

namespace GpuLm.Tests.Fuzzing;

/// <summary>Readers of tokenizers.</summary>
static class TokenizerTargets
{
    const string Text = "The cat sat on the mat, the cät lay. The end. \U0001F600";

    const string Merges = "#version: 0.2\nt h\nth e\n\u0120 the\n";

    static readonly ITokenizer Bpe = Tokenizers.Create("bpe:270", [Encoding.UTF8.GetBytes(Text)]);

    static readonly string[] Words =
    [
        "vocab", "merges", "model", "type", "BPE", "WordLevel", "added_tokens", "pre_tokenizer", "special", "content", "id", "unk_token",
        "use_regex", "ByteLevel", "\u0120", "\u0120the", "<|endoftext|>",
    ];

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("byte tokenizer", "tokenizer.json", [Json(new ByteTokenizer())], Read, Words),
        new("char tokenizer", "tokenizer.json", [Json(Tokenizers.Create("char", [Encoding.UTF8.GetBytes(Text)]))], Read, Words),
        new("bpe tokenizer", "tokenizer.json", [Json(Bpe)], Read, Words),
        new("vocab.json", "vocab.json", [Encoding.UTF8.GetBytes(Vocabulary())], path => ReadPair(path, "merges.txt", Merges), Words),
        new("merges.txt", "merges.txt", [Encoding.UTF8.GetBytes(Merges)], path => ReadPair(path, "vocab.json", Vocabulary()), Words),
    ];

    static byte[] Json(ITokenizer tokenizer) => Encoding.UTF8.GetBytes(TokenizerFile.ToJson(tokenizer));

    static string Vocabulary()
    {
        string[] tokens = [.. ByteNames.All.Select(name => $"{name}"), "th", "the", "\u0120the", "<|endoftext|>"];
        return $"{{{string.Join(", ", tokens.Index().Select(token => $"{JsonName(token.Item)}: {token.Index}"))}}}";
    }

    static string JsonName(string token) => System.Text.Json.JsonSerializer.Serialize(token);

    static void ReadPair(string path, string other, string content)
    {
        string folder = Path.GetDirectoryName(path)!;
        File.WriteAllText(Path.Combine(folder, other), content);
        Read(Path.Combine(folder, "vocab.json"));
    }

    static void Read(string path)
    {
        var tokenizer = TokenizerFile.Load(path);
        for (int token = 0; token < tokenizer.VocabularySize; token++) tokenizer.ByteCount(token);
        int[] tokens = tokenizer.Encode(Text);
        if (tokenizer.DecodeText(tokens) != Text) throw new InvalidOperationException("A tokenizer that was accepted loses text.");
    }
}
