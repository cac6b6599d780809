using System.Globalization;
using GpuLm.Generation;

namespace GpuLm.Cli.Generation;

/// <summary>What the user reads beside the texts.</summary>
static class GenerationReport
{
    /// <summary>Says which prompts the model does not see whole.</summary>
    public static void WarnOfCuts(TextWriter output, IReadOnlyList<Prompt> prompts, int contextLength)
    {
        for (int i = 0; i < prompts.Count; i++)
        {
            if (prompts[i].Tokens.Count <= contextLength) continue;
            string which = prompts.Count == 1 ? "the prompt" : $"prompt {i + 1}";
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"context  {which} has {prompts[i].Tokens.Count:N0} tokens; the model sees the last {contextLength:N0} of them"));
        }
    }

    /// <summary>Tokens a second, of prompts and of what followed.</summary>
    public static void WriteSpeed(TextWriter output, GenerationSpeed speed)
    {
        output.WriteLine($"prompts  {Rate(speed.PromptTokens, speed.PromptSeconds)}");
        if (speed.NewTokens > 0) output.WriteLine($"new      {Rate(speed.NewTokens, speed.NewSeconds)}");
    }

    static string Rate(long tokens, double seconds) => string.Create(
        CultureInfo.InvariantCulture,
        $"{tokens:N0} {(tokens == 1 ? "token" : "tokens")} in {seconds:0.00} s, {tokens / seconds:N0} tokens/s");
}
