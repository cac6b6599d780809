using System.Diagnostics;
using System.Text;
using GpuLm.Tokenization;

namespace GpuLm.Generation;

/// <summary>One text while it is continued: what the model sees of it, how its tokens are drawn, and when it ends.</summary>
sealed class Continuation
{
    readonly int index;
    readonly Prompt prompt;
    readonly ITokenizer tokenizer;
    readonly GenerationOptions options;
    readonly Sampler sampler;
    readonly RepetitionPenalty penalty;
    readonly StopTexts? stops;
    readonly Utf8Text shown = new();
    readonly List<int> tokens = [];
    readonly List<byte> bytes = [];
    readonly ulong seed;
    long started;

    public Continuation(int index, Prompt prompt, int contextLength, ITokenizer tokenizer, GenerationOptions options)
    {
        (this.index, this.prompt, this.tokenizer, this.options) = (index, prompt, tokenizer, options);
        seed = unchecked(options.Seed + (ulong)index);
        Window = new ContextWindow(prompt.Tokens, contextLength);
        sampler = new Sampler(options.Temperature, options.TopK, options.TopP, seed);
        penalty = new RepetitionPenalty(options.RepetitionPenalty);
        stops = options.Stop.Count > 0 ? new StopTexts(options.Stop) : null;
        foreach (int token in prompt.Tokens) penalty.Add(token);
    }

    /// <summary>What the model sees, without the last token.</summary>
    public ContextWindow Window { get; }

    /// <summary>The token that was drawn last.</summary>
    public int LastToken { get; private set; }

    public void Start() => started = Stopwatch.GetTimestamp();

    /// <summary>Draws the next token.</summary>
    /// <param name="logits">The model's, [V]; changed.</param>
    /// <exception cref="GpuLmException">A logit is not finite.</exception>
    public GeneratedPiece Draw(Span<float> logits)
    {
        penalty.Apply(logits);
        LastToken = sampler.Sample(logits);
        if (LastToken == tokenizer.EndOfText && !options.IgnoreEndOfText) return End(FinishReason.EndOfText);
        penalty.Add(LastToken);
        tokens.Add(LastToken);
        string text = Take(tokenizer.BytesOf(LastToken));
        if (stops is { Found: true }) return End(FinishReason.Stop, text);
        return tokens.Count == options.MaxTokens ? End(FinishReason.Length, text) : new(index, text, null);
    }

    GeneratedPiece End(FinishReason reason, string text = "")
    {
        if (stops is { Found: false }) text += Keep(stops.End());
        double rate = tokens.Count / Stopwatch.GetElapsedTime(started).TotalSeconds;
        string whole = Encoding.UTF8.GetString([.. bytes]);
        return new(index, text + shown.End(), new(prompt, whole, tokens, reason, seed, rate));
    }

    string Take(ReadOnlySpan<byte> drawn) => Keep(stops is null ? drawn : stops.Add(drawn));

    string Keep(ReadOnlySpan<byte> kept)
    {
        bytes.AddRange(kept);
        return shown.Add(kept);
    }
}
