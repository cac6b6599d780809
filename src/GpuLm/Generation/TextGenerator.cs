using System.Diagnostics;
using GpuLm.Models;
using GpuLm.Tokenization;

namespace GpuLm.Generation;

/// <summary>
/// Continues texts with a model, as many at a time as it has slots; a text that ends makes room for the next. Each text is continued as it
/// would be alone with its own seed, as far as the model's logits do not depend on other texts.
/// </summary>
public sealed class TextGenerator
{
    readonly ITokenPredictor model;
    readonly ITokenizer tokenizer;
    readonly GenerationOptions options;
    readonly Continuation?[] running;
    readonly float[][] logits;
    readonly float[] rows;

    /// <summary>Prepares to continue texts.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokenizer">Of the model's vocabulary.</param>
    /// <param name="options">How.</param>
    /// <exception cref="ArgumentException">An option is out of range, or the vocabularies differ.</exception>
    public TextGenerator(ITokenPredictor model, ITokenizer tokenizer, GenerationOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxTokens, 1);
        if (options.Stop.Any(string.IsNullOrEmpty))
        {
            throw new ArgumentException("A stop text is empty; it would stop at once.", nameof(options));
        }
        if (tokenizer.VocabularySize != model.VocabularySize)
        {
            throw new ArgumentException(
                $"The tokenizer has {tokenizer.VocabularySize} tokens, the model {model.VocabularySize}.", nameof(tokenizer));
        }
        (this.model, this.tokenizer, this.options) = (model, tokenizer, options);
        running = new Continuation?[model.Slots];
        logits = [.. Enumerable.Range(0, model.Slots).Select(_ => new float[model.VocabularySize])];
        rows = new float[model.Slots * model.VocabularySize];
    }

    /// <summary>How fast it went so far.</summary>
    public GenerationSpeed Speed { get; } = new();

    /// <summary>Continues texts, piece by piece as they are asked for.</summary>
    /// <exception cref="GpuLmException">The model's logits are not finite.</exception>
    public IEnumerable<GeneratedPiece> Run(IReadOnlyList<Prompt> prompts)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        Array.Clear(running);
        var waiting = new Queue<Continuation>(
            prompts.Select((prompt, i) => new Continuation(i, prompt, model.ContextLength, tokenizer, options)));
        while (Fill(waiting))
        {
            foreach (var piece in Draw()) yield return piece;
            Advance();
        }
    }

    /// <summary>Continues texts to their ends; results are in the order of the prompts.</summary>
    /// <inheritdoc cref="Run"/>
    public IReadOnlyList<GeneratedText> RunToEnd(IReadOnlyList<Prompt> prompts) =>
        [.. Run(prompts).Where(piece => piece.Result is not null).OrderBy(piece => piece.Index).Select(piece => piece.Result!)];

    int[] Running() => [.. Enumerable.Range(0, running.Length).Where(slot => running[slot] is not null)];

    /// <summary>Gives free slots to texts that wait, and says whether any is being continued.</summary>
    bool Fill(Queue<Continuation> waiting)
    {
        for (int slot = 0; slot < running.Length && waiting.Count > 0; slot++)
        {
            if (running[slot] is not null) continue;
            running[slot] = waiting.Dequeue();
            running[slot]!.Start();
            Begin(slot);
        }
        return running.Any(text => text is not null);
    }

    void Begin(int slot)
    {
        var window = running[slot]!.Window.Tokens;
        long started = Stopwatch.GetTimestamp();
        model.Begin(slot, window, logits[slot]);
        Speed.AddPrompt(window.Length, started);
    }

    /// <summary>Draws a token for each text, and frees the slots of those that end.</summary>
    GeneratedPiece[] Draw()
    {
        long started = Stopwatch.GetTimestamp();
        int[] slots = Running();
        GeneratedPiece[] pieces = [.. slots.Select(slot => running[slot]!.Draw(logits[slot]))];
        for (int i = 0; i < slots.Length; i++)
        {
            if (pieces[i].Result is not null) running[slots[i]] = null;
        }
        Speed.AddNew(0, started);
        return pieces;
    }

    /// <summary>Shows the model the tokens that were drawn.</summary>
    void Advance()
    {
        long started = Stopwatch.GetTimestamp();
        int[] moved = [.. Running().Where(slot => running[slot]!.Window.Add(running[slot]!.LastToken))];
        int[] slots = [.. Running().Except(moved)];
        int[] tokens = [.. slots.Select(slot => running[slot]!.LastToken)];
        if (slots.Length > 0)
        {
            model.Advance(slots, tokens, rows.AsSpan(0, slots.Length * model.VocabularySize));
            for (int row = 0; row < slots.Length; row++)
            {
                rows.AsSpan(row * model.VocabularySize, model.VocabularySize).CopyTo(logits[slots[row]]);
            }
        }
        Speed.AddNew(slots.Length, started);
        foreach (int slot in moved) Begin(slot);
    }
}
