namespace GpuLm.Generation;

/// <summary>How texts are continued.</summary>
public sealed record GenerationOptions
{
    /// <summary>Most tokens of a continuation, 1 or more.</summary>
    public int MaxTokens { get; init; } = 200;

    /// <summary>0 always takes the likeliest token, 1 follows the model.</summary>
    public float Temperature { get; init; } = 0.8f;

    /// <summary>Choose among so many of the likeliest tokens; 0 means all.</summary>
    public int TopK { get; init; }

    /// <summary>Choose among the likeliest tokens that have this probability together, above 0 and up to 1.</summary>
    public float TopP { get; init; } = 1;

    /// <summary>
    /// Above 1, tokens that the text has already become less likely: their logits are divided by it, or multiplied where they are negative.
    /// </summary>
    public float RepetitionPenalty { get; init; } = 1;

    /// <summary>Seed of the first text; each next one has a seed one higher, so that equal prompts are continued differently.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>A continuation ends before the first of these that it makes.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>Whether the token that ends a text does not end the continuation.</summary>
    public bool IgnoreEndOfText { get; init; }
}

/// <summary>Why a continuation ended.</summary>
public enum FinishReason
{
    /// <summary>It has as many tokens as were asked for.</summary>
    Length,

    /// <summary>It made one of the stop texts.</summary>
    Stop,

    /// <summary>The model ended the text.</summary>
    EndOfText,
}

/// <summary>A continuation.</summary>
/// <param name="Prompt">What was continued.</param>
/// <param name="Text">What follows, without the stop text; bytes that are no UTF-8 are U+FFFD.</param>
/// <param name="Tokens">What was drawn, stop text included, without the token that ends a text.</param>
/// <param name="FinishReason">Why it ended.</param>
/// <param name="Seed">With this seed the prompt alone is continued in the same way.</param>
/// <param name="TokensPerSecond">Tokens drawn by the time from the prompt's start to the end, other texts' work meanwhile included.</param>
public sealed record GeneratedText(
    Prompt Prompt, string Text, IReadOnlyList<int> Tokens, FinishReason FinishReason, ulong Seed, double TokensPerSecond);

/// <summary>More of a continuation.</summary>
/// <param name="Index">Which prompt it continues.</param>
/// <param name="Text">The characters that are complete by now, safe to show, see <see cref="Utf8Text"/>.</param>
/// <param name="Result">The whole continuation, with its last piece.</param>
public readonly record struct GeneratedPiece(int Index, string Text, GeneratedText? Result);
