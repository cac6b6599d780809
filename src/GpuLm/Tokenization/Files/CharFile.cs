using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GpuLm.Tokenization.Files;

/// <summary>A character vocabulary in <c>tokenizer.json</c>: a WordLevel model over a text that is split into characters.</summary>
internal static class CharFile
{
    /// <summary>Reads the model.</summary>
    /// <exception cref="GpuLmException">Its tokens are not single characters with the ids 0, 1, 2 ...</exception>
    public static CharTokenizer Read(JsonElement model)
    {
        var ids = (model.Find("vocab") ?? throw new GpuLmException("its model has no \"vocab\".")).Ids();
        string[] tokens = TokenIds.InOrder(ids);
        return new CharTokenizer([.. tokens.Select(Character)]);
    }

    /// <summary>The model. It names an unknown token that it lacks, so that an unknown character is an error there, too.</summary>
    public static JsonObject Model(CharTokenizer tokenizer) => new()
    {
        ["type"] = "WordLevel",
        ["vocab"] = new JsonObject(
            tokenizer.Characters.Select((character, id) => new KeyValuePair<string, JsonNode?>(character.ToString(), id))),
        ["unk_token"] = "[UNK]",
    };

    /// <summary>The step that splits a text into characters.</summary>
    public static JsonObject Split() => new()
    {
        ["type"] = "Split",
        ["pattern"] = new JsonObject { ["Regex"] = @"[\s\S]" },
        ["behavior"] = "Isolated",
        ["invert"] = false,
    };

    private static Rune Character(string token) =>
        token.EnumerateRunes().ToArray() is [var character] && character.ToString() == token
            ? character
            : throw new GpuLmException($"its token \"{token}\" is a word; only WordLevel vocabularies of single characters can be used.");
}
