using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using GpuLm.Checkpoints;

namespace GpuLm.Tokenization;

/// <summary>
/// Reads and writes <c>tokenizer.json</c>, the format of Hugging Face's tokenizers library, which gives the same ids for our files.
/// <list type="bullet">
/// <item>byte: a BPE of GPT-2's 256 printable names for the bytes (<see cref="ByteNames"/>) with no merges.</item>
/// <item>char: a WordLevel vocabulary over a text split into characters. It names an unknown token that it does not have, so that an
/// unknown character is an error there as it is here.</item>
/// </list>
/// </summary>
public static class TokenizerFile
{
    /// <summary>The file's name in a model directory.</summary>
    public const string FileName = "tokenizer.json";

    private static readonly JsonSerializerOptions Readable =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the tokenizer.</summary>
    public static void Save(string path, ITokenizer tokenizer) =>
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(ToJson(tokenizer) + "\n")));

    /// <summary>Reads a tokenizer that <see cref="Save"/> wrote.</summary>
    /// <exception cref="GpuLmException">The file is no tokenizer of ours.</exception>
    public static ITokenizer Load(string path)
    {
        try
        {
            return FromJson(File.ReadAllText(path));
        }
        catch (Exception fault)
            when (fault is JsonException or GpuLmException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new GpuLmException($"{path} is not a tokenizer that GpuLm can use: {fault.Message}", fault);
        }
    }

    /// <summary>The text of <c>tokenizer.json</c>.</summary>
    public static string ToJson(ITokenizer tokenizer) => tokenizer switch
    {
        ByteTokenizer => Document(ByteLevel(), ByteLevel(), Bpe()),
        CharTokenizer characters => Document(SplitIntoCharacters(), new JsonObject { ["type"] = "Fuse" }, WordLevel(characters)),
        _ => throw new ArgumentException($"There is no file format for the tokenizer {tokenizer.GetType().Name}.", nameof(tokenizer)),
    };

    /// <summary>The tokenizer that the text of a <c>tokenizer.json</c> describes.</summary>
    /// <exception cref="GpuLmException">It is no tokenizer of ours.</exception>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static ITokenizer FromJson(string json)
    {
        var model = JsonNode.Parse(json)?["model"] ?? throw new GpuLmException("it has no \"model\".");
        var tokens = Vocabulary(model);
        switch ((string?)model["type"])
        {
            case "BPE" when model["merges"]?.AsArray().Count is 0 or null
                && tokens.SequenceEqual(ByteNames.All.Select(name => name.ToString())):
                return new ByteTokenizer();
            case "WordLevel" when tokens.All(
                token => Rune.TryGetRuneAt(token, 0, out var rune) && rune.Utf16SequenceLength == token.Length):
                return new CharTokenizer([.. tokens.Select(token => Rune.GetRuneAt(token, 0))]);
            default:
                throw new GpuLmException(
                    "it is neither a byte-level BPE of 256 tokens without merges nor a WordLevel vocabulary of single characters.");
        }
    }

    private static string[] Vocabulary(JsonNode model)
    {
        var entries = model["vocab"]?.AsObject() ?? throw new GpuLmException("its model has no \"vocab\".");
        var tokens = new string?[entries.Count];
        foreach (var (token, node) in entries)
        {
            int id = (int?)node ?? -1;
            if ((uint)id >= (uint)tokens.Length || tokens[id] is not null)
            {
                throw new GpuLmException(
                    $"its {tokens.Length} tokens should have the ids 0 to {tokens.Length - 1}, each once; \"{token}\" has {id}.");
            }
            tokens[id] = token;
        }
        return tokens!;
    }

    private static string Document(JsonNode preTokenizer, JsonNode decoder, JsonNode model) => new JsonObject
    {
        ["version"] = "1.0",
        ["truncation"] = null,
        ["padding"] = null,
        ["added_tokens"] = new JsonArray(),
        ["normalizer"] = null,
        ["pre_tokenizer"] = preTokenizer,
        ["post_processor"] = null,
        ["decoder"] = decoder,
        ["model"] = model,
    }.ToJsonString(Readable);

    private static JsonObject ByteLevel() =>
        new() { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true, ["use_regex"] = false };

    private static JsonObject Bpe() => new()
    {
        ["type"] = "BPE",
        ["dropout"] = null,
        ["unk_token"] = null,
        ["continuing_subword_prefix"] = null,
        ["end_of_word_suffix"] = null,
        ["fuse_unk"] = false,
        ["byte_fallback"] = false,
        ["vocab"] = Vocabulary(ByteNames.All.Select(name => name.ToString())),
        ["merges"] = new JsonArray(),
    };

    private static JsonObject SplitIntoCharacters() => new()
    {
        ["type"] = "Split",
        ["pattern"] = new JsonObject { ["Regex"] = @"[\s\S]" },
        ["behavior"] = "Isolated",
        ["invert"] = false,
    };

    private static JsonObject WordLevel(CharTokenizer tokenizer) => new()
    {
        ["type"] = "WordLevel",
        ["vocab"] = Vocabulary(tokenizer.Characters.Select(character => character.ToString())),
        ["unk_token"] = "[UNK]",
    };

    private static JsonObject Vocabulary(IEnumerable<string> tokens) =>
        new(tokens.Select((token, id) => new KeyValuePair<string, JsonNode?>(token, id)));
}
