using System.Globalization;
using System.Text;
using System.Text.Json;

namespace GpuLm.Evaluation;

/// <summary>
/// Reads questions from a JSONL file: an object a line, <c>{"context": "...", "choices": ["...", ...], "label": 0}</c>, or with
/// HellaSwag's names <c>ctx</c> and <c>endings</c>. A label may also be written as a string. Other properties are passed over.
/// </summary>
public static class MultipleChoiceFile
{
    const long MostBytes = 1 << 30;
    const string Form = """{"context": "...", "choices": ["...", "..."], "label": 0}""";

    /// <summary>All questions of a file; blank lines are passed over.</summary>
    /// <exception cref="GpuLmException">The file is missing, has no question, or a line is none; the message names the line.</exception>
    public static IReadOnlyList<MultipleChoiceQuestion> Read(string path)
    {
        ReadOnlyMemory<byte> file = ReadBytes(path);
        var questions = new List<MultipleChoiceQuestion>();
        for (int line = 1; file.Length > 0; line++)
        {
            int end = file.Span.IndexOf((byte)'\n');
            var text = end < 0 ? file : file[..end];
            file = end < 0 ? default : file[(end + 1)..];
            if (text.Span.Trim(" \t\r"u8).Length > 0) questions.Add(Parse($"'{path}', line {line}", text));
        }
        if (questions.Count == 0) throw new GpuLmException($"'{path}' has no question. A line is a JSON object: {Form}.");
        return questions;
    }

    static byte[] ReadBytes(string path)
    {
        if (!File.Exists(path))
        {
            throw new GpuLmException($"There is no file '{path}'. Give --task a JSONL file of multiple-choice questions.");
        }
        long length = new FileInfo(path).Length;
        if (length > MostBytes)
        {
            throw new GpuLmException($"'{path}' has {length} bytes; a file of questions has at most {MostBytes}. Split it.");
        }
        byte[] bytes = File.ReadAllBytes(path);
        return bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes;
    }

    static MultipleChoiceQuestion Parse(string place, ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) throw new FormatException("it is no JSON object");
            string[] choices = Choices(root);
            string context = Text(Property(root, "context", "ctx"), "context");
            return new MultipleChoiceQuestion(place, context, choices, Label(root, choices.Length));
        }
        catch (Exception fault) when (fault is JsonException or FormatException or InvalidOperationException)
        {
            throw new GpuLmException($"{place} is no question: {fault.Message.TrimEnd('.')}. A line is a JSON object: {Form}.", fault);
        }
    }

    static string[] Choices(JsonElement root)
    {
        var list = Property(root, "choices", "endings");
        if (list.ValueKind != JsonValueKind.Array) throw new FormatException("its choices are no list");
        string[] choices = [.. list.EnumerateArray().Select(choice => Text(choice, "choice"))];
        if (choices.Length < 2) throw new FormatException($"it has {choices.Length} choices; 2 are the least");
        int empty = Array.FindIndex(choices, string.IsNullOrWhiteSpace);
        return empty < 0 ? choices : throw new FormatException($"choice {empty} is empty");
    }

    static int Label(JsonElement root, int choices)
    {
        string text = Property(root, "label", "label").ToString();
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int label) && label < choices
            ? label
            : throw new FormatException($"its label is {(text == "" ? "empty" : text)}; it must be a choice's index, 0 to {choices - 1}");
    }

    static JsonElement Property(JsonElement root, string name, string other) =>
        root.TryGetProperty(name, out var value) || root.TryGetProperty(other, out value)
            ? value
            : throw new FormatException($"it has no {name}");

    static string Text(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw new FormatException($"its {name} is no string");
}
