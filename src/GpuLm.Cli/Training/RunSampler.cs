using GpuLm.Generation;
using GpuLm.Models;
using GpuLm.Tokenization;

namespace GpuLm.Cli.Training;

/// <summary>Lets the model of a run write.</summary>
sealed class RunSampler(Gpt model, ITokenizer tokenizer, ulong seed) : IDisposable
{
    const int SampleTokens = 400;
    const float SampleTemperature = 0.7f;
    readonly GptInference inference = new(model);
    ulong samples;

    /// <summary>A paragraph by the model, begun where a paragraph begins.</summary>
    public string Next()
    {
        var generator = new TextGenerator(
            inference.NextTokenLogits, model.Config.ContextLength, new Sampler(SampleTemperature, seed: seed + samples++));
        var stream = new Utf8Text();
        string text = "";
        foreach (int token in generator.Generate(ParagraphStart(), SampleTokens))
        {
            text += stream.Add(tokenizer.BytesOf(token));
            if (text.TrimStart().Contains("\n\n", StringComparison.Ordinal)) break;
        }
        return (text + stream.End()).Trim();
    }

    int[] ParagraphStart()
    {
        try
        {
            return tokenizer.Encode("\n\n");
        }
        catch (UnknownCharacterException)
        {
            // A text of one line: it may begin with any of its characters.
            return [0];
        }
    }

    public void Dispose() => inference.Dispose();
}
