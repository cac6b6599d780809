using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using GpuLm.Checkpoints;
using GpuLm.Tokenization.Bpe;
using GpuLm.Tokenization.Files;

namespace GpuLm.Tokenization;

/// <summary>
/// Reads and writes <c>tokenizer.json</c>, the format of Hugging Face's tokenizers library, which gives the same ids for our files.
/// <list type="bullet">
/// <item>byte: a BPE of GPT-2's 256 printable names for the bytes (<see cref="ByteNames"/>) with no merges.</item>
/// <item>char: a WordLevel vocabulary over a text split into characters. It names an unknown token that it does not have, so that an
/// unknown character is an error there as it is here.</item>
/// <item>bpe: a BPE over pieces cut by GPT-2's pattern, as GPT-2's own file. The name of an added token is the one text that gives other
/// ids there: the token itself. Here documents cannot forge it.</item>
/// </list>
/// </summary>
public static class TokenizerFile
{
    /// <summary>The file's name in a model directory.</summary>
    public const string FileName = "tokenizer.json";

    /// <summary>Larger files are no tokenizers: the largest published ones have a quarter of this.</summary>
    private const long MostBytes = 128 << 20;

    private static readonly JsonSerializerOptions Readable =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the tokenizer.</summary>
    /// <exception cref="GpuLmException">The file cannot be written.</exception>
    public static void Save(string path, ITokenizer tokenizer) => AtomicFile.WriteText(path, ToJson(tokenizer));

    /// <summary>The file of a folder's tokenizer: <c>tokenizer.json</c>, else <c>vocab.json</c> beside <c>merges.txt</c>.</summary>
    /// <returns>Its path, which <see cref="Load"/> takes; nothing if there is none.</returns>
    public static string? FindIn(string folder)
    {
        string own = Path.Combine(folder, FileName), vocabulary = Path.Combine(folder, Gpt2Files.VocabularyName);
        return File.Exists(own) ? own
            : File.Exists(vocabulary) && File.Exists(Path.Combine(folder, Gpt2Files.MergesName)) ? vocabulary
            : null;
    }

    /// <summary>Reads a tokenizer.</summary>
    /// <param name="path">
    /// A <c>tokenizer.json</c>, or a <c>vocab.json</c> that has its <c>merges.txt</c> beside it; a folder with one of them; or the folder
    /// of a run, which stands for its latest checkpoint.
    /// </param>
    /// <exception cref="GpuLmException">There is none, it is damaged, or it is of a kind that is not among those above.</exception>
    public static ITokenizer Load(string path)
    {
        string file = !Directory.Exists(path) ? path : FindIn(path) ?? FindIn(CheckpointStore.FindLatest(path) ?? path)
            ?? throw new GpuLmException(
                $"The folder '{path}' has neither {FileName} nor {Gpt2Files.VocabularyName} with {Gpt2Files.MergesName}. "
                + "Give a folder of 'gpulm tokenizer train' or of a model.");
        if (!File.Exists(file))
        {
            throw new GpuLmException(
                $"There is no tokenizer '{path}': nothing has that name. Give a folder of 'gpulm tokenizer train' or of a model.");
        }
        try
        {
            return Path.GetFileName(file) == Gpt2Files.VocabularyName
                ? Gpt2Files.Read(Path.GetDirectoryName(Path.GetFullPath(file))!)
                : FromJson(ReadText(file));
        }
        catch (Exception fault) when (fault is JsonException or GpuLmException or InvalidOperationException or FormatException
            or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new GpuLmException(
                $"{file} is not a tokenizer that GpuLm can use: {fault.Message.TrimEnd('.')}. "
                + "Take the file from the model's source again, or make one with 'gpulm tokenizer train'.", fault);
        }
    }

    /// <summary>The text of <c>tokenizer.json</c>.</summary>
    public static string ToJson(ITokenizer tokenizer)
    {
        switch (tokenizer)
        {
            case ByteTokenizer:
                return Document(BpeFile.ByteLevel(cutsText: false), BpeFile.ByteLevel(cutsText: false), BpeFile.Model(Bytes), []);
            case CharTokenizer characters:
                return Document(CharFile.Split(), new JsonObject { ["type"] = "Fuse" }, CharFile.Model(characters), []);
            case BpeTokenizer bpe:
                var names = NamedVocabulary.Of(bpe.Vocabulary);
                return Document(
                    BpeFile.ByteLevel(cutsText: true), BpeFile.ByteLevel(cutsText: true), BpeFile.Model(names), BpeFile.AddedTokens(names));
            default:
                throw new ArgumentException($"There is no file format for the tokenizer {tokenizer.GetType().Name}.", nameof(tokenizer));
        }
    }

    /// <summary>The tokenizer that the text of a <c>tokenizer.json</c> describes.</summary>
    /// <exception cref="GpuLmException">It is of no kind that is listed above, or it contradicts itself.</exception>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static ITokenizer FromJson(string json)
    {
        using var document = JsonReading.Parse(json);
        var root = document.RootElement;
        var model = root.Find("model") ?? throw new GpuLmException("it has no \"model\".");
        // GPT-2's published file does not name its model's type.
        string? type = model.Text("type") ?? (model.Find("merges") is null ? null : "BPE");
        return type switch
        {
            "BPE" => IsByteVocabulary(model) ? new ByteTokenizer() : BpeFile.Read(root, model),
            "WordLevel" => CharFile.Read(model),
            _ => throw new GpuLmException(
                $"its model is {type ?? "without a type"}; a BPE as GPT-2's can be used, or a WordLevel of characters."),
        };
    }

    /// <summary>The text of a file that is not absurdly large.</summary>
    /// <exception cref="GpuLmException">It is.</exception>
    internal static string ReadText(string path) =>
        new FileInfo(path).Length <= MostBytes
            ? File.ReadAllText(path)
            : throw new GpuLmException($"it has {new FileInfo(path).Length:N0} bytes, and tokenizers have at most {MostBytes:N0}.");

    private static NamedVocabulary Bytes { get; } =
        new(ByteNames.All.Index().ToDictionary(name => $"{name.Item}", name => name.Index), [], new Dictionary<string, int>());

    private static bool IsByteVocabulary(JsonElement model) =>
        !model.List("merges").Any() && model.Find("vocab") is { } vocabulary
        && vocabulary.Ids().OrderBy(token => token.Value).SequenceEqual(Bytes.Ids.OrderBy(token => token.Value));

    private static string Document(JsonObject preTokenizer, JsonObject decoder, JsonObject model, JsonArray added) => new JsonObject
    {
        ["version"] = "1.0",
        ["truncation"] = null,
        ["padding"] = null,
        ["added_tokens"] = added,
        ["normalizer"] = null,
        ["pre_tokenizer"] = preTokenizer,
        ["post_processor"] = null,
        ["decoder"] = decoder,
        ["model"] = model,
    }.ToJsonString(Readable);
}
