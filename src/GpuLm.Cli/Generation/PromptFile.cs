using System.Text;
using System.Text.Json;

namespace GpuLm.Cli.Generation;

/// <summary>
/// Prompts in a file or on standard input: a line each, or in a <c>.jsonl</c> file objects with a <c>prompt</c>. Lines without text are
/// none.
/// </summary>
static class PromptFile
{
    /// <summary>The path that stands for standard input.</summary>
    public const string StandardInput = "-";

    const long MostBytes = 1 << 28;

    /// <summary>The prompts of a file, 1 or more.</summary>
    /// <param name="path">The file, or <see cref="StandardInput"/>.</param>
    /// <param name="input">Opens standard input.</param>
    /// <exception cref="GpuLmException">The file cannot be read, is no UTF-8, or holds no prompts.</exception>
    public static IReadOnlyList<string> Read(string path, Func<Stream> input)
    {
        bool isJson = Path.GetExtension(path).Equals(".jsonl", StringComparison.OrdinalIgnoreCase);
        var prompts = new List<string>();
        string[] lines = Lines(path, input);
        for (int i = 0; i < lines.Length; i++)
        {
            if (!string.IsNullOrWhiteSpace(lines[i])) prompts.Add(isJson ? FromJson(lines[i], path, i + 1) : lines[i]);
        }
        if (prompts.Count == 0) throw new GpuLmException($"'{path}' holds no prompts. Write one on each line.");
        return prompts;
    }

    static string[] Lines(string path, Func<Stream> input)
    {
        try
        {
            if (path == StandardInput) return Lines(input());
            long length = new FileInfo(path).Length;
            if (length > MostBytes)
            {
                throw new GpuLmException($"'{path}' has {length} bytes; a file of prompts has at most {MostBytes}. Split it.");
            }
            return Lines(File.OpenRead(path));
        }
        catch (DecoderFallbackException e)
        {
            throw new GpuLmException($"'{path}' is not UTF-8. Convert it, for instance with iconv.", e);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new GpuLmException($"There is no file '{path}'. --prompts takes a file with a prompt on each line.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GpuLmException($"'{path}' cannot be read: {e.Message.TrimEnd('.')}. --prompts takes a file that you may read.", e);
        }
    }

    static string[] Lines(Stream stream)
    {
        using var reader = new StreamReader(stream, new UTF8Encoding(false, throwOnInvalidBytes: true));
        var lines = new List<string>();
        while (reader.ReadLine() is { } line) lines.Add(line);
        return [.. lines];
    }

    static string FromJson(string line, string path, int number)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            if (document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("prompt", out var prompt)
                && prompt.ValueKind == JsonValueKind.String)
            {
                return prompt.GetString()!;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Half of a surrogate pair is an InvalidOperationException; both are told as what is no prompt.
        }
        throw new GpuLmException(
            $"'{path}', line {number}, is no JSON object with a text \"prompt\". Write {{\"prompt\": \"...\"}} on each line.");
    }
}
