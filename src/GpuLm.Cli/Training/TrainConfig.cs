using System.CommandLine.Parsing;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using GpuLm.Checkpoints;
using GpuLm.Cli.Training.Arguments;

namespace GpuLm.Cli.Training;

/// <summary>
/// A run's configuration: a JSON object whose keys are the options of <c>gpulm train</c> with _ for -. A user writes one by hand, with
/// comments and trailing commas where they like; a run saves its own, with every default that applied.
/// </summary>
/// <param name="values">Keys and values, in order.</param>
sealed class TrainConfig(IReadOnlyList<KeyValuePair<string, JsonElement>> values)
{
    /// <summary>The file of a run's own configuration, in its folder.</summary>
    public const string FileName = "train_config.json";

    /// <summary>Names where the schema is; says nothing about the run.</summary>
    public const string SchemaKey = "$schema";

    const int MostBytes = 1 << 20;
    static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    static readonly JsonSerializerOptions
        Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping },
        Indented = new(Compact) { WriteIndented = true, NewLine = "\n" };

    /// <summary>Keys and values, in order, without the schema.</summary>
    public IReadOnlyList<KeyValuePair<string, JsonElement>> Values { get; } = [.. values.Where(pair => pair.Key != SchemaKey)];

    /// <summary>As a file has it.</summary>
    public string Text =>
        Indent(new JsonObject(Values.Select(pair => KeyValuePair.Create(pair.Key, JsonSerializer.SerializeToNode(pair.Value)))));

    /// <summary>An object as a file has it.</summary>
    public static string Indent(JsonObject json) => json.ToJsonString(Indented) + "\n";

    /// <summary>Everything that applies to a run, defaults included.</summary>
    public static TrainConfig Resolve(TrainArguments arguments, CommandResult result) => new(
    [
        .. arguments.All.Select(setting => (setting.Key, Value: setting.Json(result)))
            .Where(pair => pair.Value is not null)
            .Select(pair => KeyValuePair.Create(pair.Key, JsonSerializer.SerializeToElement(pair.Value))),
    ]);

    /// <summary>Reads a configuration; what its keys and values mean is not looked at.</summary>
    /// <exception cref="GpuLmException">There is none, or it is not an object in JSON.</exception>
    public static TrainConfig Read(string path)
    {
        byte[] bytes = ReadBytes(path);
        ReadOnlyMemory<byte> json = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsMemory(Encoding.UTF8.Preamble.Length) : bytes;
        if (!Utf8.IsValid(json.Span) || json.Span.Contains((byte)0)) throw Malformed(path, "it is not text in UTF-8");
        if (json.Span.IndexOfAnyExcept(" \t\r\n"u8) < 0) throw Malformed(path, "it is empty");
        try
        {
            using var document = JsonDocument.Parse(json, Lenient);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw Malformed(path, $"it holds {NameOf(document.RootElement.ValueKind)}, not an object");
            }
            return new TrainConfig(
                [.. document.RootElement.Clone().EnumerateObject().Select(pair => KeyValuePair.Create(pair.Name, Readable(pair.Value)))]);
        }
        catch (JsonException e)
        {
            string reason = e.Message.Split(" LineNumber:")[0].TrimEnd('.');
            throw Malformed(path, $"line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}: {reason}");
        }
        catch (InvalidOperationException)
        {
            throw Malformed(path, "it holds half a character (a lone surrogate)");
        }
    }

    /// <summary>Saves it in a run's folder, whole or not at all.</summary>
    /// <exception cref="GpuLmException">The folder cannot be written.</exception>
    public void Write(string folder) =>
        AtomicFile.Write(Path.Combine(folder, FileName), stream => stream.Write(Encoding.UTF8.GetBytes(Text)));

    /// <summary>The settings that differ from another configuration's.</summary>
    public IReadOnlyList<ConfigDifference> DifferencesFrom(TrainConfig other)
    {
        Dictionary<string, JsonElement> mine = new(Values), theirs = new(other.Values);
        string? Of(Dictionary<string, JsonElement> all, string key) => all.TryGetValue(key, out var value) ? JsonSerializer.Serialize(value, Compact) : null;
        return
        [
            .. theirs.Keys.Union(mine.Keys)
                .Select(key => new ConfigDifference(key, Of(theirs, key), Of(mine, key)))
                .Where(difference => difference.Before != difference.Now),
        ];
    }

    /// <summary>What a value is, for the user.</summary>
    public static string NameOf(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => kind.ToString().ToLowerInvariant(),
    };

    static byte[] ReadBytes(string path)
    {
        if (Directory.Exists(path)) throw new GpuLmException($"The configuration '{path}' is a folder. Name a file in JSON.");
        if (!File.Exists(path))
        {
            throw new GpuLmException($"There is no configuration '{path}'. 'gpulm train --print-config' prints one to begin with.");
        }
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        byte[] buffer = new byte[MostBytes + 1];
        int count = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        return count <= MostBytes ? buffer[..count] : throw Malformed(path, $"it is larger than {MostBytes} bytes");
    }

    /// <summary>The value, whose strings have been read once: a later reader finds no half characters.</summary>
    static JsonElement Readable(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String) _ = value.GetString();
        if (value.ValueKind == JsonValueKind.Array) foreach (var item in value.EnumerateArray()) Readable(item);
        return value;
    }

    static GpuLmException Malformed(string path, string reason) => new(
        $"The configuration '{path}' cannot be read: {reason}. It must be an object in JSON, such as {{ \"steps\": 1000 }}; "
        + "'gpulm train --print-config' prints a whole one.");
}

/// <summary>A setting that two configurations have differently.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Before">The other's value in JSON; null where it has none.</param>
/// <param name="Now">This one's value in JSON; null where it has none.</param>
sealed record ConfigDifference(string Key, string? Before, string? Now)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Key} is {Now ?? "not set"}, and was {Before ?? "not set"}";
}
