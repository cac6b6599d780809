using GpuLm.Generation;
using GpuLm.Models;
using GpuLm.Tokenization;

namespace GpuLm.Cli.Training;

/// <summary>Lets the model of a run write.</summary>
sealed class RunSampler(Gpt model, ITokenizer tokenizer, ulong seed) : IDisposable
{
    const int SampleTokens = 400;
    const float SampleTemperature = 0.7f;
    readonly GptDecoder decoder = new(model, slots: 1);
    ulong samples;

    /// <summary>A paragraph by the model, begun where a paragraph begins.</summary>
    public string Next()
    {
        var options = new GenerationOptions
        {
            MaxTokens = SampleTokens, Temperature = SampleTemperature, Seed = seed + samples++,
        };
        string text = "";
        foreach (var piece in new TextGenerator(decoder, tokenizer, options).Run([ParagraphStart()]))
        {
            text += piece.Text;
            if (text.TrimStart().Contains("\n\n", StringComparison.Ordinal)) break;
        }
        return text.Trim();
    }

    Prompt ParagraphStart()
    {
        try
        {
            return Prompt.Encode("\n\n", tokenizer);
        }
        catch (UnknownCharacterException)
        {
            // A text of one line: it may begin with any of its characters.
            return new("", [0]);
        }
    }

    public void Dispose() => decoder.Dispose();
}
