using System.Text.Json;

namespace GpuLm.Checkpoints;

/// <summary>One tensor of a safetensors file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its element type as the format writes it: F32, F16, BF16, I64 ...</param>
/// <param name="Shape">Sizes, outermost first; empty for a scalar.</param>
/// <param name="Start">First byte, counted from the end of the header.</param>
/// <param name="End">One past the last byte.</param>
public sealed record SafetensorsTensor(string Name, string Type, IReadOnlyList<long> Shape, long Start, long End)
{
    /// <summary>Elements.</summary>
    public long Length => Shape.Aggregate(1L, (product, size) => product * size);
}

/// <summary>
/// Reads the JSON header of a safetensors file and checks all that it promises, before anybody allocates what it asks for.
/// </summary>
static class SafetensorsHeader
{
    /// <summary>The format's own limit.</summary>
    public const long MaxLength = 100_000_000;

    static readonly Dictionary<string, int> BytesPerElement = new()
    {
        ["BOOL"] = 1, ["U8"] = 1, ["I8"] = 1, ["F8_E4M3"] = 1, ["F8_E5M2"] = 1, ["U16"] = 2, ["I16"] = 2, ["F16"] = 2, ["BF16"] = 2,
        ["U32"] = 4, ["I32"] = 4, ["F32"] = 4, ["U64"] = 8, ["I64"] = 8, ["F64"] = 8,
    };

    /// <summary>Parses a header whose data section holds exactly <paramref name="dataLength"/> bytes.</summary>
    /// <exception cref="FormatException">The header breaks a rule of the format; the message says which.</exception>
    public static (Dictionary<string, SafetensorsTensor> Tensors, Dictionary<string, string> Metadata) Parse(
        ReadOnlyMemory<byte> json, long dataLength)
    {
        var tensors = new Dictionary<string, SafetensorsTensor>();
        var metadata = new Dictionary<string, string>();
        using JsonDocument document = ParseJson(json);
        if (document.RootElement.ValueKind != JsonValueKind.Object) throw new FormatException("its header is not a JSON object");
        foreach (JsonProperty property in document.RootElement.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.Object)
            {
                throw new FormatException($"the header's entry '{property.Name}' is not a JSON object");
            }
            if (property.Name == "__metadata__")
            {
                foreach (JsonProperty entry in property.Value.EnumerateObject()) metadata[entry.Name] = entry.Value.ToString();
            }
            else
            {
                tensors.Add(property.Name, ParseTensor(property.Name, property.Value));
            }
        }
        RequireNoHoles(tensors.Values, dataLength);
        return (tensors, metadata);
    }

    static JsonDocument ParseJson(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException e)
        {
            throw new FormatException($"its header is not valid JSON ({e.Message})", e);
        }
    }

    static SafetensorsTensor ParseTensor(string name, JsonElement value)
    {
        string? type = value.TryGetProperty("dtype", out var t) && t.ValueKind == JsonValueKind.String ? t.GetString() : null;
        if (type is null) throw new FormatException($"tensor '{name}' has no dtype");
        if (!BytesPerElement.TryGetValue(type, out int elementBytes))
        {
            throw new FormatException($"tensor '{name}' has the unknown dtype '{type}'");
        }
        long[] shape = Integers(value, "shape") ?? throw new FormatException($"tensor '{name}' has no shape of whole numbers, 0 or more");
        if (Integers(value, "data_offsets") is not [long start, long end] || end < start)
        {
            throw new FormatException($"tensor '{name}' has no data_offsets [start, end] with end at or after start");
        }

        // The product may overflow 64 bits when a file lies about a shape, and a zero hides it: so the check is made in 128 bits, capped.
        Int128 bytes = elementBytes;
        foreach (long size in shape) bytes = Int128.Min(bytes * size, (Int128)1 << 63);
        if (bytes != end - start)
        {
            throw new FormatException(
                $"tensor '{name}' is {type} [{string.Join(", ", shape)}] but its offsets {start} to {end} hold {end - start} bytes");
        }
        return new SafetensorsTensor(name, type, shape, start, end);
    }

    static long[]? Integers(JsonElement value, string property)
    {
        if (!value.TryGetProperty(property, out var array) || array.ValueKind != JsonValueKind.Array) return null;
        var numbers = new long[array.GetArrayLength()];
        for (int i = 0; i < numbers.Length; i++)
        {
            if (array[i].ValueKind != JsonValueKind.Number || !array[i].TryGetInt64(out numbers[i]) || numbers[i] < 0) return null;
        }
        return numbers;
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
