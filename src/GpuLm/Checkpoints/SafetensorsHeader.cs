using System.Text.Json;
using System.Text.Unicode;

namespace GpuLm.Checkpoints;

/// <summary>
/// Reads the JSON header of a safetensors file and checks all that it promises, before anybody allocates what it asks for. The rules are
/// those of github.com/huggingface/safetensors: its README under "Format", and what its own reader refuses.
/// </summary>
static class SafetensorsHeader
{
    /// <summary>The format's own limit.</summary>
    public const long MaxLength = 100_000_000;

    /// <summary>The entry that is no tensor: notes, text to text.</summary>
    public const string MetadataKey = "__metadata__";

    const int BitsPerByte = 8;

    static readonly Dictionary<string, int> BitsPerElement = new()
    {
        ["F4"] = 4, ["F6_E2M3"] = 6, ["F6_E3M2"] = 6, ["BOOL"] = 8, ["U8"] = 8, ["I8"] = 8, ["F8_E4M3"] = 8, ["F8_E5M2"] = 8,
        ["F8_E8M0"] = 8, ["F8_E4M3FNUZ"] = 8, ["F8_E5M2FNUZ"] = 8, ["U16"] = 16, ["I16"] = 16, ["F16"] = 16, ["BF16"] = 16, ["U32"] = 32,
        ["I32"] = 32, ["F32"] = 32, ["U64"] = 64, ["I64"] = 64, ["F64"] = 64, ["C64"] = 64,
    };

    /// <summary>Parses a header whose data section holds exactly <paramref name="dataLength"/> bytes.</summary>
    /// <exception cref="FormatException">The header breaks a rule of the format; the message says which.</exception>
    public static (Dictionary<string, SafetensorsTensor> Tensors, Dictionary<string, string> Metadata) Parse(
        ReadOnlyMemory<byte> json, long dataLength)
    {
        var tensors = new Dictionary<string, SafetensorsTensor>();
        var metadata = new Dictionary<string, string>();
        using JsonDocument document = ParseJson(json);
        foreach (JsonProperty property in document.RootElement.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.Object)
            {
                throw new FormatException($"the header's entry '{property.Name}' is not a JSON object");
            }
            if (property.Name == MetadataKey) ReadMetadata(property.Value, metadata);
            else tensors.Add(property.Name, ParseTensor(property.Name, property.Value));
        }
        RequireNoHoles(tensors.Values, dataLength);
        return (tensors, metadata);
    }

    static JsonDocument ParseJson(ReadOnlyMemory<byte> json)
    {
        if (json.IsEmpty || json.Span[0] != '{') throw new FormatException("its header does not begin with '{'");
        if (!Utf8.IsValid(json.Span)) throw new FormatException("its header is not UTF-8");
        try
        {
            return JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)   // the latter for half of a surrogate pair in a name
        {
            throw new FormatException($"its header is not valid JSON ({e.Message})", e);
        }
    }

    static void ReadMetadata(JsonElement notes, Dictionary<string, string> metadata)
    {
        foreach (JsonProperty note in notes.EnumerateObject())
        {
            metadata[note.Name] = Text(note.Value)
                ?? throw new FormatException($"the note '{note.Name}' of {MetadataKey} is not a text");
        }
    }

    static SafetensorsTensor ParseTensor(string name, JsonElement value)
    {
        string? type = value.TryGetProperty("dtype", out var dtype) ? Text(dtype) : null;
        if (type is null) throw new FormatException($"tensor '{name}' has no dtype");
        if (!BitsPerElement.TryGetValue(type, out int elementBits))
        {
            throw new FormatException($"tensor '{name}' has the unknown dtype '{type}'");
        }
        long[] shape = Integers(value, "shape") ?? throw new FormatException($"tensor '{name}' has no shape of whole numbers, 0 or more");
        if (Integers(value, "data_offsets") is not [long start, long end] || end < start)
        {
            throw new FormatException($"tensor '{name}' has no data_offsets [start, end] with end at or after start");
        }

        Int128 bits = elementBits;
        foreach (long size in shape)
        {
            bits *= size;
            if (bits > long.MaxValue) throw new FormatException($"tensor '{name}' has the impossible shape [{string.Join(", ", shape)}]");
        }
        if (bits != (Int128)BitsPerByte * (end - start))
        {
            throw new FormatException(
                $"tensor '{name}' is {type} [{string.Join(", ", shape)}] but its offsets {start} to {end} hold {end - start} bytes");
        }
        return new SafetensorsTensor(name, type, shape, start, end);
    }

    static string? Text(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)   // half of a surrogate pair is no text
        {
            return null;
        }
    }

    static long[]? Integers(JsonElement value, string property)
    {
        if (!value.TryGetProperty(property, out var array) || array.ValueKind != JsonValueKind.Array) return null;
        var numbers = new List<long>();
        foreach (var item in array.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out long number) || number < 0) return null;
            numbers.Add(number);
        }
        return [.. numbers];
    }

    static void RequireNoHoles(IEnumerable<SafetensorsTensor> tensors, long dataLength)
    {
        long position = 0;
        foreach (var tensor in tensors.OrderBy(t => t.Start).ThenBy(t => t.End))
        {
            if (tensor.Start != position)
            {
                string fault = tensor.Start > position ? "leaves a hole after" : "overlaps";
                throw new FormatException(
                    $"tensor '{tensor.Name}' starts at byte {tensor.Start} and {fault} the tensor that ends at byte {position}");
            }
            position = tensor.End;
        }
        if (position > dataLength)
        {
            throw new FormatException($"it is truncated: its tensors need {position} bytes and it holds {dataLength}");
        }
        if (position < dataLength) throw new FormatException($"it has {dataLength - position} bytes after its last tensor");
    }
}
