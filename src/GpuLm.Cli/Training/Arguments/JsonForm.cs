using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GpuLm.Cli.Training.Arguments;

/// <summary>What a setting's value may be in a configuration.</summary>
/// <param name="Name">What it is, for the user: <c>a whole number</c>.</param>
/// <param name="Schema">The same as a JSON schema.</param>
/// <param name="Kinds">The kinds of JSON values that it may have. Their content is checked by the option.</param>
sealed record JsonForm(string Name, JsonObject Schema, params IReadOnlyList<JsonValueKind> Kinds)
{
    /// <summary>A number in the range of its option.</summary>
    public static JsonForm Number<T>(T least, bool above, T? most)
        where T : struct, INumber<T>
    {
        bool whole = typeof(T) != typeof(float) && typeof(T) != typeof(double);
        var schema = new JsonObject { ["type"] = whole ? "integer" : "number" };
        schema[above ? "exclusiveMinimum" : "minimum"] = JsonValue.Create(least);
        if (most is { } limit) schema["maximum"] = JsonValue.Create(limit);
        else if (whole) schema["maximum"] = JsonValue.Create(T.CreateSaturating(ulong.MaxValue));
        return new JsonForm(whole ? "a whole number" : "a number", schema, JsonValueKind.Number);
    }

    /// <summary>A whole number of an int's range, or a word.</summary>
    public static JsonForm NumberOrWord(int least, string word) => new(
        $"a whole number or \"{word}\"",
        new JsonObject { ["anyOf"] = new JsonArray(Number(least, above: false, most: null).Schema, Word([word]).Schema) },
        JsonValueKind.Number, JsonValueKind.String);

    /// <summary>One of a few words; any text where there are no words.</summary>
    public static JsonForm Word(IEnumerable<string>? words)
    {
        var schema = new JsonObject { ["type"] = "string" };
        if (words is null) schema["minLength"] = 1;
        else schema["enum"] = new JsonArray([.. words.Select(word => JsonValue.Create(word))]);
        return new JsonForm("a string", schema, JsonValueKind.String);
    }

    /// <summary>One text or several.</summary>
    public static JsonForm Texts => new(
        "a string, or a list of strings",
        new JsonObject
        {
            ["anyOf"] = new JsonArray(
                Word(null).Schema, new JsonObject { ["type"] = "array", ["items"] = Word(null).Schema, ["minItems"] = 1 }),
        },
        JsonValueKind.String, JsonValueKind.Array);

    /// <summary>A value as the arguments of its option; null where it is of another kind.</summary>
    public IReadOnlyList<string>? Arguments(JsonElement value)
    {
        if (!Kinds.Contains(value.ValueKind)) return null;
        if (value.ValueKind == JsonValueKind.Number) return [value.GetRawText()];
        JsonElement[] texts = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        bool valid = texts.Length > 0 && texts.All(text => text.ValueKind == JsonValueKind.String && text.GetString() != "");
        return valid ? [.. texts.Select(text => text.GetString()!)] : null;
    }
}
