using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using GpuLm.Generation;

namespace GpuLm.Cli.Generation;

/// <summary>Prints continuations in the order of their prompts, as text or as lines of JSON.</summary>
static class GeneratedWriter
{
    const string Separator = "----";

    static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Prints pieces as they come; those of later prompts wait for the earlier ones.</summary>
    public static void Write(TextWriter output, IEnumerable<GeneratedPiece> pieces, IReadOnlyList<Prompt> prompts, bool json)
    {
        var shown = new string[prompts.Count];
        var results = new GeneratedText?[prompts.Count];
        for (int i = 0; i < prompts.Count; i++) shown[i] = json ? "" : Shown(prompts[i].Text);
        int turn = 0;
        foreach (var piece in pieces)
        {
            if (!json) shown[piece.Index] += piece.Text;
            results[piece.Index] ??= piece.Result;
            for (; turn < prompts.Count && results[turn] is { } result; turn++)
            {
                if (json) output.WriteLine(ToJson(result));
                else output.WriteLine(Take(ref shown[turn]));
                if (!json && turn + 1 < prompts.Count) output.WriteLine(Separator);
            }
            if (turn < prompts.Count && !json) output.Write(Take(ref shown[turn]));
            output.Flush();
        }
    }

    /// <summary>A result on one line.</summary>
    public static string ToJson(GeneratedText result) => JsonSerializer.Serialize(
        new
        {
            Prompt = result.Prompt.Text,
            result.Text,
            result.Tokens,
            FinishReason = result.FinishReason switch
            {
                FinishReason.Stop => "stop",
                FinishReason.EndOfText => "eos",
                _ => "length",
            },
            result.Seed,
            TokensPerSecond = Math.Round(result.TokensPerSecond, 1),
        },
        Json);

    /// <summary>A prompt may come from a file, with anything in it.</summary>
    static string Shown(string prompt)
    {
        var text = new Utf8Text();
        return text.Add(Encoding.UTF8.GetBytes(prompt)) + text.End();
    }

    static string Take(ref string text)
    {
        string taken = text;
        text = "";
        return taken;
    }
}
