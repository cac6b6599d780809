using GpuLm.Generation;
using GpuLm.Models;
using GpuLm.Tokenization;
using GpuLm.Tokenization.Bpe;

namespace GpuLm.Cli.Training;

/// <summary>
/// Lets the model of a run write: it continues the same prompts with the same seeds each time, so that samples of different steps compare.
/// </summary>
sealed class RunSampler : IDisposable
{
    /// <summary>
    /// Without prompts of the user's it begins where a document or a paragraph begins, and writes until the paragraph ends.
    /// </summary>
    const string ParagraphStart = "\n\n";

    /// <summary>Paragraphs at the end of a run, each with a seed of its own.</summary>
    const int FinalParagraphs = 3;

    readonly GptDecoder decoder;
    readonly ITokenizer tokenizer;
    readonly IReadOnlyList<Prompt> prompts;
    readonly bool paragraphs;
    readonly GenerationOptions options;

    /// <summary>Allocates the cache for samples.</summary>
    /// <param name="model">The model of the run.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="prompts">What to continue; none means paragraphs.</param>
    /// <param name="tokens">Most tokens in a sample.</param>
    /// <param name="seed">Seed of the samples.</param>
    /// <exception cref="GpuLmException">A prompt is empty or holds a character that no token stands for.</exception>
    public RunSampler(Gpt model, ITokenizer tokenizer, IReadOnlyList<string> prompts, int tokens, ulong seed)
    {
        paragraphs = prompts.Count == 0;
        this.tokenizer = tokenizer;
        this.prompts = paragraphs ? [Paragraph(tokenizer)] : [.. prompts.Select(prompt => Encode(prompt, tokenizer))];
        options = new GenerationOptions { MaxTokens = tokens, Temperature = 0.7f, Seed = seed };
        decoder = new GptDecoder(model, slots: 1);
    }

    /// <summary>A sample for each prompt.</summary>
    /// <param name="step">Updates made so far.</param>
    public IEnumerable<TrainingSample> At(int step) => prompts.Select(prompt => Continue(step, prompt, options.Seed));

    /// <summary>A sample for each prompt, or a few paragraphs.</summary>
    /// <param name="step">Updates made so far.</param>
    public IEnumerable<TrainingSample> AtEnd(int step) => paragraphs
        ? Enumerable.Range(0, FinalParagraphs).Select(i => Continue(step, prompts[0], options.Seed + (ulong)i))
        : At(step);

    TrainingSample Continue(int step, Prompt prompt, ulong seed)
    {
        string text = "";
        foreach (var piece in new TextGenerator(decoder, tokenizer, options with { Seed = seed }).Run([prompt]))
        {
            text += piece.Text;
            if (paragraphs && text.TrimStart().Contains("\n\n", StringComparison.Ordinal)) break;
        }
        return new TrainingSample(step, prompt.Text, seed, paragraphs ? text.Trim() : text);
    }

    static Prompt Encode(string prompt, ITokenizer tokenizer)
    {
        try
        {
            return Prompt.Encode(prompt, tokenizer);
        }
        catch (GpuLmException e)
        {
            throw new GpuLmException($"--sample-prompt \"{prompt}\" cannot be continued: {e.Message}", e);
        }
    }

    static Prompt Paragraph(ITokenizer tokenizer)
    {
        // Where documents have a token of their own between them, an empty line may well be the end of one, after which comes nothing.
        if (tokenizer is BpeTokenizer { EndOfText: { } start }) return new("", [start]);
        try
        {
            return Prompt.Encode(ParagraphStart, tokenizer);
        }
        catch (UnknownCharacterException)
        {
            // A text of one line: it may begin with any of its characters.
            return new(ParagraphStart, [0]);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => decoder.Dispose();
}
