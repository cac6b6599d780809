using System.Text;
using System.Text.Json;

namespace GpuLm.Cli.Generation;

/// <summary>Prompts in a file: a line each, or in a <c>.jsonl</c> file objects with a <c>prompt</c>. Lines without text are none.</summary>
static class PromptFile
{
    const long MostBytes = 1 << 28;

    /// <summary>The prompts of a file, 1 or more.</summary>
    /// <exception cref="GpuLmException">The file cannot be read, is no UTF-8, or holds no prompts.</exception>
    public static IReadOnlyList<string> Read(string path)
    {
        bool isJson = Path.GetExtension(path).Equals(".jsonl", StringComparison.OrdinalIgnoreCase);
        var prompts = new List<string>();
        string[] lines = Lines(path);
        for (int i = 0; i < lines.Length; i++)
        {
            if (!string.IsNullOrWhiteSpace(lines[i])) prompts.Add(isJson ? FromJson(lines[i], path, i + 1) : lines[i]);
        }
        if (prompts.Count == 0) throw new GpuLmException($"'{path}' holds no prompts. Write one on each line.");
        return prompts;
    }

    static string[] Lines(string path)
    {
        try
        {
            long length = new FileInfo(path).Length;
            if (length > MostBytes)
            {
                throw new GpuLmException($"'{path}' has {length} bytes; a file of prompts has at most {MostBytes}. Split it.");
            }
            return File.ReadAllLines(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
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
