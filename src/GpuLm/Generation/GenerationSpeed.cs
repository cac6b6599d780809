using System.Diagnostics;

namespace GpuLm.Generation;

/// <summary>
/// Tokens and seconds of a generation, prompts apart from what follows: many tokens of a prompt pass through the model together, new ones
/// one at a time.
/// </summary>
public sealed class GenerationSpeed
{
    /// <summary>Tokens of prompts, and of texts that began anew as they outgrew the context.</summary>
    public long PromptTokens { get; private set; }

    /// <summary>Seconds for these.</summary>
    public double PromptSeconds { get; private set; }

    /// <summary>Tokens that passed through the model one at a time.</summary>
    public long NewTokens { get; private set; }

    /// <summary>Seconds for these, the choice of tokens included.</summary>
    public double NewSeconds { get; private set; }

    internal void AddPrompt(int tokens, long started)
    {
        PromptTokens += tokens;
        PromptSeconds += Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    internal void AddNew(int tokens, long started)
    {
        NewTokens += tokens;
        NewSeconds += Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
