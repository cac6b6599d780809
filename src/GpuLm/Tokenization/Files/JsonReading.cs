using System.Text.Json;

namespace GpuLm.Tokenization.Files;

/// <summary>Reads JSON whose shape is not to be trusted.</summary>
internal static class JsonReading
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Parses a document in which no object has a property twice.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static JsonDocument Parse(string json) => JsonDocument.Parse(json, Strict);

    /// <summary>A property's value; nothing where it is absent or null, which mean the same in these files.</summary>
    public static JsonElement? Find(this JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    /// <summary>A property that is text; nothing where it is absent.</summary>
    /// <exception cref="GpuLmException">It is something else.</exception>
    public static string? Text(this JsonElement parent, string name) =>
        parent.Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw new GpuLmException($"its \"{name}\" should be text, and is {value.ValueKind}.");

    /// <summary>A property that is true or false; nothing where it is absent.</summary>
    /// <exception cref="GpuLmException">It is something else.</exception>
    public static bool? Truth(this JsonElement parent, string name) =>
        parent.Find(name) is not { } value ? null
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw new GpuLmException($"its \"{name}\" should be true or false, and is {value.ValueKind}.");

    /// <summary>The elements of a list; none where it is absent.</summary>
    /// <exception cref="GpuLmException">It is something else.</exception>
    public static IEnumerable<JsonElement> List(this JsonElement parent, string name) =>
        parent.Find(name) is not { } value ? []
        : value.ValueKind == JsonValueKind.Array ? value.EnumerateArray()
        : throw new GpuLmException($"its \"{name}\" should be a list, and is {value.ValueKind}.");

    /// <summary>The ids of an object whose names are tokens.</summary>
    /// <exception cref="GpuLmException">It is something else, or an id is no whole number below 2^31.</exception>
    public static Dictionary<string, int> Ids(this JsonElement vocabulary) =>
        vocabulary.ValueKind == JsonValueKind.Object
            ? vocabulary.EnumerateObject().ToDictionary(token => token.Name, token => Id(token.Value, token.Name))
            : throw new GpuLmException($"its vocabulary should be an object of tokens and ids, and is {vocabulary.ValueKind}.");

    /// <summary>An id.</summary>
    /// <exception cref="GpuLmException">It is no whole number below 2^31.</exception>
    public static int Id(JsonElement id, string token) =>
        id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out int value)
            ? value
            : throw new GpuLmException($"the id of its token \"{token}\" is {id.GetRawText()}, which is no whole number below 2^31.");
}
