using GpuLm.Generation;
using GpuLm.Models;
using GpuLm.TestKit;
using GpuLm.Tests.Models;
using GpuLm.Tokenization;
using Xunit;

namespace GpuLm.Tests.Generation;

/// <summary>The same tokens with and without a cache, alone and side by side, in and beyond the context.</summary>
public sealed class CachedGenerationTests
{
    static readonly ITokenizer Bytes = new ByteTokenizer();

    static readonly string[] Texts =
        ["Once upon a time", "I", "a prompt that is a good deal longer than the context of the model", "Zé", ""];

    public static TheoryData<string, float> Cases =>
        [.. from device in TestDevices.Names.Select(row => row.Data).Except([TestDevices.Interpreted])
            from temperature in new[] { 0, 1.5f }
            select (device, temperature)];

    [Theory, MemberData(nameof(Cases))]
    public void The_tokens_are_those_without_a_cache(string name, float temperature)
    {
        using var model = Model(name);
        using var decoder = new GptDecoder(model, 2);
        using var reference = new RecomputingPredictor(model, 2);
        var options = Options(temperature);
        Assert.Equal(Tokens(reference, options, Texts), Tokens(decoder, options, Texts));
    }

    [Theory, MemberData(nameof(Cases))]
    public void Each_text_is_what_it_would_be_alone(string name, float temperature)
    {
        using var model = Model(name);
        using var together = new GptDecoder(model, 3);
        using var alone = new GptDecoder(model, 1);
        var options = Options(temperature);
        int[][] batch = Tokens(together, options, Texts);
        for (int i = 0; i < Texts.Length; i++)
        {
            Assert.Equal(batch[i], Tokens(alone, options with { Seed = options.Seed + (ulong)i }, Texts[i])[0]);
        }
    }

    [Fact]
    public void Sabotage_another_seed_or_prompt_gives_other_tokens()
    {
        using var model = Model("cpu");
        using var decoder = new GptDecoder(model, 2);
        var options = Options(1.5f);
        int[] tokens = Tokens(decoder, options, Texts[0])[0];
        Assert.NotEqual(tokens, Tokens(decoder, options with { Seed = 8 }, Texts[0])[0]);
        Assert.NotEqual(tokens, Tokens(decoder, options, Texts[1])[0]);
    }

    static GenerationOptions Options(float temperature) =>
        new() { Temperature = temperature, MaxTokens = 60, Seed = 7, TopK = 200, RepetitionPenalty = 1.1f, IgnoreEndOfText = true };

    static int[][] Tokens(ITokenPredictor model, GenerationOptions options, params string[] texts) =>
        [.. new TextGenerator(model, Bytes, options).RunToEnd([.. texts.Select(text => Prompt.Encode(text, Bytes))])
            .Select(result => result.Tokens.ToArray())];

    /// <summary>Weights that are larger than a new model's, so that the likeliest token changes from step to step.</summary>
    static Gpt Model(string name)
    {
        var model = new Gpt(TestDevices.Get(name), new GptConfig(2, 2, 32, 24, 256), seed: 5);
        foreach (var slot in model.Layout.Slots.Where(slot => slot.Decays))
        {
            model.WriteParameters(slot, [.. model.ReadParameters(slot).Select(value => 8 * value)]);
        }
        return model;
    }
}
