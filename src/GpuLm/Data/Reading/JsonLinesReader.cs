using System.Text.Json;

namespace GpuLm.Data.Reading;

/// <summary>Documents of a file with a JSON object in each line.</summary>
internal static class JsonLinesReader
{
    /// <summary>A line that is too long comes in parts, shorter by a character at most.</summary>
    private const int LongestCharacter = 4;

    /// <summary>The texts of a field, in order; lines in which it is null or empty have none.</summary>
    public static IEnumerable<Document> Read(CorpusFile file, string field, Action<long> onProgress)
    {
        using var lines = new LineReader(new CorpusInput(file));
        while (lines.Next())
        {
            if (lines.Current.Trim(" \t\r\n"u8).IsEmpty) continue;
            if (lines.Current.Length > Document.MostBytes - LongestCharacter && !lines.Current.EndsWith("\n"u8))
            {
                throw new GpuLmException(
                    $"Line {lines.Line + 1} of {file.Name} is longer than {Document.MostBytes >> 20} MiB. Split its text into several "
                    + "documents.");
            }
            byte[] text = TextOf(lines.Current, field, file, lines.Line + 1);
            onProgress(lines.PackedBytes);
            if (text.Length > 0) yield return new Document(text, Line: lines.Line);
        }
    }

    private static byte[] TextOf(ReadOnlySpan<byte> line, string field, CorpusFile file, long number)
    {
        string place = $"line {number}";
        try
        {
            byte[]? text = null;
            List<string> names = [];
            var json = new Utf8JsonReader(line);
            json.Read();
            if (json.TokenType != JsonTokenType.StartObject)
            {
                throw new JsonException($"it starts with {json.TokenType}, not with an object");
            }
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                bool wanted = json.ValueTextEquals(field);
                if (!wanted) names.Add(json.GetString()!);
                json.Read();
                if (wanted) text = Value(ref json, field);
                else json.Skip();
            }
            // The reader refuses what follows an object.
            json.Read();
            if (text is null)
            {
                throw new GpuLmException(
                    $"{file.Name} has no field \"{field}\" in {place}; it has {NamesOf(names)}. "
                    + "Say with --text-field which one is the text.");
            }
            TextCheck.RequireNoZero(text, file, place);
            return text;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new GpuLmException(
                $"{file.Name} has no JSON object with a text in {place}: {Words(e)}. Mend the line or remove it.", e);
        }
    }

    private static byte[] Value(ref Utf8JsonReader json, string field)
    {
        if (json.TokenType == JsonTokenType.Null) return [];
        if (json.TokenType != JsonTokenType.String) throw new JsonException($"its field \"{field}\" is {json.TokenType}, not a string");
        var text = new byte[json.HasValueSequence ? json.ValueSequence.Length : json.ValueSpan.Length];
        Array.Resize(ref text, json.CopyString(text));
        return text;
    }

    /// <summary>What the reader says, without its own count of lines, which begins at 0 in each line.</summary>
    private static string Words(Exception e) => e.Message.Split(" LineNumber:")[0].TrimEnd('.');

    private static string NamesOf(List<string> names) => names.Count == 0 ? "none" : string.Join(", ", names.Take(20));
}
