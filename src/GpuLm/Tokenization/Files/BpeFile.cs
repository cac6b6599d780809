using System.Text.Json;
using System.Text.Json.Nodes;
using GpuLm.Tokenization.Bpe;

namespace GpuLm.Tokenization.Files;

/// <summary>A byte-pair encoding in <c>tokenizer.json</c>: one that splits and merges as GPT-2 does, with any vocabulary.</summary>
internal static class BpeFile
{
    /// <summary>Reads a whole <c>tokenizer.json</c>.</summary>
    /// <exception cref="GpuLmException">It does not encode as GPT-2 does, or it contradicts itself.</exception>
    public static BpeTokenizer Read(JsonElement root, JsonElement model)
    {
        RequireGpt2Like(root, model);
        var ids = (model.Find("vocab") ?? throw new GpuLmException("its model has no \"vocab\".")).Ids();
        var added = new Dictionary<string, int>();
        foreach (var token in root.List("added_tokens"))
        {
            string name = token.Text("content") ?? "";
            if (name.Length == 0) throw new GpuLmException("an added token has no \"content\".");
            int id = JsonReading.Id(token.Find("id") ?? throw new GpuLmException($"its added token \"{name}\" has no \"id\"."), name);
            if (!added.TryAdd(name, id)) throw new GpuLmException($"its added token \"{name}\" comes twice.");
            if (ids.TryGetValue(name, out int other) && other != id)
            {
                throw new GpuLmException($"its token \"{name}\" has the id {other} in the vocabulary and {id} among the added tokens.");
            }
        }
        return new BpeTokenizer(new NamedVocabulary(ids, [.. model.List("merges").Select(Merge)], added).Resolve());
    }

    /// <summary>The model of a vocabulary.</summary>
    public static JsonObject Model(NamedVocabulary vocabulary) => new()
    {
        ["type"] = "BPE",
        ["dropout"] = null,
        ["unk_token"] = null,
        ["continuing_subword_prefix"] = null,
        ["end_of_word_suffix"] = null,
        ["fuse_unk"] = false,
        ["byte_fallback"] = false,
        ["vocab"] = new JsonObject(
            vocabulary.Ids.Concat(vocabulary.Added).OrderBy(token => token.Value)
                .Select(token => new KeyValuePair<string, JsonNode?>(token.Key, token.Value))),
        ["merges"] = new JsonArray([.. vocabulary.Merges.Select(merge => JsonValue.Create($"{merge.Left} {merge.Right}"))]),
    };

    /// <summary>The tokens that no text encodes to here.</summary>
    public static JsonArray AddedTokens(NamedVocabulary vocabulary) => new(
    [
        .. vocabulary.Added.OrderBy(token => token.Value).Select(token => new JsonObject
        {
            ["id"] = token.Value,
            ["content"] = token.Key,
            ["single_word"] = false,
            ["lstrip"] = false,
            ["rstrip"] = false,
            ["normalized"] = false,
            ["special"] = true,
        }),
    ]);

    /// <summary>The step that names bytes by characters and, before it, may cut text as GPT-2's pattern does.</summary>
    public static JsonObject ByteLevel(bool cutsText) =>
        new() { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true, ["use_regex"] = cutsText };

    private static void RequireGpt2Like(JsonElement root, JsonElement model)
    {
        if (root.Find("normalizer") is not null) throw new GpuLmException("it has a normalizer, which changes text; GPT-2's has none.");
        RequireByteLevel(root, "pre_tokenizer", required: true);
        RequireByteLevel(root, "post_processor", required: false);
        RequireByteLevel(root, "decoder", required: false);
        var cut = root.Find("pre_tokenizer")!.Value;
        if (cut.Truth("add_prefix_space") == true) throw new GpuLmException("it puts a space before every text (add_prefix_space).");
        if (cut.Truth("use_regex") == false) throw new GpuLmException("it does not cut text by GPT-2's pattern (use_regex is false).");
        if (model.Truth("ignore_merges") == true) throw new GpuLmException("it sets ignore_merges; GPT-2's does not.");
        if (model.Find("dropout") is { } dropout && dropout.GetRawText() is not ("0" or "0.0"))
        {
            throw new GpuLmException($"it leaves out merges at random (dropout is {dropout.GetRawText()}).");
        }
        foreach (string affix in (string[])["continuing_subword_prefix", "end_of_word_suffix"])
        {
            if (model.Text(affix) is { Length: > 0 } text) throw new GpuLmException($"its {affix} is \"{text}\"; GPT-2's is empty.");
        }
    }

    private static void RequireByteLevel(JsonElement root, string part, bool required)
    {
        string? type = root.Find(part) is { } step ? step.Text("type") ?? "without a type" : null;
        if (type is null ? required : type != "ByteLevel")
        {
            throw new GpuLmException($"its {part} is {type ?? "missing"}; GPT-2's is ByteLevel.");
        }
    }

    private static (string Left, string Right) Merge(JsonElement merge, int rank)
    {
        string?[] parts = merge.ValueKind switch
        {
            JsonValueKind.String => [.. merge.GetString()!.Split(' ')],
            JsonValueKind.Array =>
                [.. merge.EnumerateArray().Select(part => part.ValueKind == JsonValueKind.String ? part.GetString() : null)],
            _ => [],
        };
        return parts is [{ } left, { } right]
            ? (left, right)
            : throw new GpuLmException($"its merge {rank} is {merge.GetRawText()}; it should be two tokens, \"a b\" or [\"a\", \"b\"].");
    }
}
