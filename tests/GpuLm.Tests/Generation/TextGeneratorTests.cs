using GpuLm.Generation;
using GpuLm.Tokenization;
using Xunit;

namespace GpuLm.Tests.Generation;

public sealed class TextGeneratorTests
{
    static readonly ITokenizer Bytes = new ByteTokenizer();

    static readonly GenerationOptions Greedy = new() { Temperature = 0, MaxTokens = 3 };

    [Fact]
    public void A_text_goes_on_until_it_is_long_enough()
    {
        var result = Continue(Greedy, "xa");
        Assert.Equal(("bcd", FinishReason.Length, 1ul), (result.Text, result.FinishReason, result.Seed));
        Assert.Equal(['b', 'c', 'd'], result.Tokens.Select(token => (char)token));
        Assert.Equal("xa", result.Prompt.Text);
        Assert.True(result.TokensPerSecond > 0);
    }

    [Fact]
    public void A_text_that_outgrows_the_context_goes_on_with_its_later_half()
    {
        var model = new CountingPredictor(4);
        Run(model, Greedy with { MaxTokens = 6 }, "ab");
        Assert.Equal(
            ["begin 0: 97 98", "advance 0", "advance 0", "begin 0: 100 101", "advance 0", "advance 0"], model.Calls);
        Assert.Equal("bcdef", Run(new CountingPredictor(1), Greedy with { MaxTokens = 5 }, "a").Single().Text);
    }

    [Fact]
    public void Of_a_prompt_beyond_the_context_the_model_sees_the_end()
    {
        var model = new CountingPredictor(3);
        Assert.Equal("ij", Run(model, Greedy with { MaxTokens = 2 }, "defgh").Single().Text);
        Assert.Equal(["begin 0: 102 103 104", "begin 0: 104 105"], model.Calls);
    }

    [Fact]
    public void Tokens_are_made_when_they_are_asked_for()
    {
        var model = new CountingPredictor(9);
        var generator = new TextGenerator(model, Bytes, Greedy with { MaxTokens = 1000 });
        using var pieces = generator.Run([Prompt.Encode("a", Bytes)]).GetEnumerator();
        Assert.Empty(model.Calls);
        pieces.MoveNext();
        Assert.Single(model.Calls);
        Assert.Equal("b", pieces.Current.Text);
    }

    [Fact]
    public void A_text_that_ends_makes_room_for_the_next()
    {
        var model = new CountingPredictor(9, slots: 2);
        var options = Greedy with { MaxTokens = 3, Stop = ["q"] };
        var results = Run(model, options, "o", "a", "k");
        Assert.Equal(["p", "bcd", "lmn"], results.Select(result => result.Text));
        Assert.Equal([FinishReason.Stop, FinishReason.Length, FinishReason.Length], results.Select(result => result.FinishReason));
        Assert.Equal([1ul, 2, 3], results.Select(result => result.Seed));
        Assert.Equal(["begin 0: 111", "begin 1: 97", "advance 0 1", "advance 1", "begin 0: 107", "advance 0", "advance 0"], model.Calls);
    }

    [Fact]
    public void A_stop_text_is_found_over_tokens_and_not_shown()
    {
        var generator = new TextGenerator(new CountingPredictor(99), Bytes, Greedy with { MaxTokens = 50, Stop = ["xyz", "fg", "ef"] });
        GeneratedPiece[] pieces = [.. generator.Run([Prompt.Encode("a", Bytes)])];
        Assert.Equal("bcd", string.Concat(pieces.Select(piece => piece.Text)));
        var result = pieces[^1].Result!;
        Assert.Equal(("bcd", FinishReason.Stop, 5), (result.Text, result.FinishReason, result.Tokens.Count));
    }

    [Fact]
    public void What_may_begin_a_stop_text_is_shown_when_it_does_not() =>
        Assert.Equal("bcd", Continue(Greedy with { Stop = ["cdX", "dX"] }, "a").Text);

    [Fact]
    public void The_token_that_ends_a_text_ends_it_unless_it_is_ignored()
    {
        // The last byte of the prompt is 0xBF; byte 0xFF is followed by 0, the byte that stands between documents.
        var options = Greedy with { MaxTokens = 70 };
        var ended = Continue(options, "\u00ff");
        Assert.Equal((FinishReason.EndOfText, 64), (ended.FinishReason, ended.Tokens.Count));
        Assert.DoesNotContain(0, ended.Tokens);
        var ignored = Continue(options with { IgnoreEndOfText = true }, "\u00ff");
        Assert.Equal((FinishReason.Length, 70), (ignored.FinishReason, ignored.Tokens.Count));
    }

    [Fact]
    public void An_empty_prompt_is_the_token_between_documents()
    {
        Assert.Equal([0], Prompt.Encode("", Bytes).Tokens);
        var letters = CharTokenizer.FromText("abc"u8);
        Assert.Contains("Give a prompt", Assert.Throws<GpuLmException>(() => Prompt.Encode("", letters)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_without_valid_characters_is_shown_as_replacements()
    {
        var result = Continue(Greedy with { MaxTokens = 4 }, "~");
        Assert.Equal("\u007f\uFFFD\uFFFD\uFFFD", result.Text);
    }

    [Fact]
    public void Speed_counts_prompts_apart()
    {
        var generator = new TextGenerator(new CountingPredictor(4), Bytes, Greedy with { MaxTokens = 6 });
        generator.RunToEnd([Prompt.Encode("ab", Bytes)]);
        Assert.Equal((4, 4), (generator.Speed.PromptTokens, generator.Speed.NewTokens));
        Assert.True(generator.Speed.PromptSeconds > 0 && generator.Speed.NewSeconds > 0);
    }

    [Fact]
    public void Impossible_options_are_refused()
    {
        var model = new CountingPredictor(4);
        Assert.Throws<ArgumentOutOfRangeException>(() => new TextGenerator(model, Bytes, Greedy with { MaxTokens = 0 }));
        Assert.Throws<ArgumentException>(() => new TextGenerator(model, Bytes, Greedy with { Stop = ["a", ""] }));
        Assert.Contains(
            "has 3 tokens, the model 256",
            Assert.Throws<ArgumentException>(() => new TextGenerator(model, CharTokenizer.FromText("abc"u8), Greedy)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Continue(Greedy with { RepetitionPenalty = 0 }, "a"));
    }

    static GeneratedText Continue(GenerationOptions options, string prompt) => Run(new CountingPredictor(99), options, prompt).Single();

    static IReadOnlyList<GeneratedText> Run(CountingPredictor model, GenerationOptions options, params string[] prompts) =>
        new TextGenerator(model, Bytes, options).RunToEnd([.. prompts.Select(prompt => Prompt.Encode(prompt, Bytes))]);
}
