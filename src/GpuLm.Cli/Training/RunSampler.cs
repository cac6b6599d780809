using GpuLm.Generation;
using GpuLm.Models;
using GpuLm.Tokenization;

namespace GpuLm.Cli.Training;

/// <summary>
/// Lets the model of a run write: it continues the same prompts with the same seeds each time, so that samples of different steps compare.
/// </summary>
sealed class RunSampler : IDisposable
{
    /// <summary>Without prompts of the user's it begins where a paragraph begins, and writes until the paragraph ends.</summary>
    const string ParagraphStart = "\n\n";

    /// <summary>Paragraphs at the end of a run, each with a seed of its own.</summary>
    const int FinalParagraphs = 3;

    const float Temperature = 0.7f;
    readonly Gpt model;
    readonly GptInference inference;
    readonly ITokenizer tokenizer;
    readonly IReadOnlyList<string> prompts;
    readonly bool paragraphs;
    readonly int tokens;
    readonly ulong seed;

    /// <summary>Allocates the activations for samples.</summary>
    /// <param name="model">The model of the run.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="prompts">What to continue; none means paragraphs.</param>
    /// <param name="tokens">Most tokens in a sample.</param>
    /// <param name="seed">Seed of the samples.</param>
    /// <exception cref="GpuLmException">A prompt holds a character that no token stands for.</exception>
    public RunSampler(Gpt model, ITokenizer tokenizer, IReadOnlyList<string> prompts, int tokens, ulong seed)
    {
        foreach (string prompt in prompts) Check(prompt, tokenizer);
        paragraphs = prompts.Count == 0;
        (this.model, this.tokenizer, this.tokens, this.seed) = (model, tokenizer, tokens, seed);
        this.prompts = paragraphs ? [ParagraphStart] : prompts;
        inference = new GptInference(model);
    }

    /// <summary>A sample for each prompt.</summary>
    /// <param name="step">Updates made so far.</param>
    public IEnumerable<TrainingSample> At(int step) => prompts.Select(prompt => Continue(step, prompt, seed));

    /// <summary>A sample for each prompt, or a few paragraphs.</summary>
    /// <param name="step">Updates made so far.</param>
    public IEnumerable<TrainingSample> AtEnd(int step) => paragraphs
        ? Enumerable.Range(0, FinalParagraphs).Select(i => Continue(step, ParagraphStart, seed + (ulong)i))
        : At(step);

    TrainingSample Continue(int step, string prompt, ulong sampleSeed)
    {
        var generator = new TextGenerator(
            inference.NextTokenLogits, model.Config.ContextLength, new Sampler(Temperature, seed: sampleSeed));
        var stream = new Utf8Text();
        string text = "";
        foreach (int token in generator.Generate(Encode(prompt), tokens))
        {
            if (token == tokenizer.EndOfText) break;
            text += stream.Add(tokenizer.BytesOf(token));
            if (paragraphs && text.TrimStart().Contains("\n\n", StringComparison.Ordinal)) break;
        }
        text += stream.End();
        return new TrainingSample(step, prompt, sampleSeed, paragraphs ? text.Trim() : text);
    }

    static void Check(string prompt, ITokenizer tokenizer)
    {
        try
        {
            tokenizer.Encode(prompt);
        }
        catch (UnknownCharacterException e)
        {
            throw new GpuLmException($"--sample-prompt \"{prompt}\" cannot be continued: {e.Message}", e);
        }
    }

    int[] Encode(string prompt)
    {
        try
        {
            return tokenizer.Encode(prompt);
        }
        catch (UnknownCharacterException) when (paragraphs)
        {
            // A text of one line: it may begin with any of its characters.
            return [0];
        }
    }

    public void Dispose() => inference.Dispose();
}
