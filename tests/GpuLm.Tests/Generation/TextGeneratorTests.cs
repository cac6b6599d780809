using GpuLm.Generation;
using Xunit;

namespace GpuLm.Tests.Generation;

public sealed class TextGeneratorTests
{
    const int Vocabulary = 10;

    /// <summary>A model that predicts the successor of the last token, and remembers what it saw.</summary>
    sealed class Counting
    {
        public List<int[]> Seen { get; } = [];

        public float[] Next(ReadOnlySpan<int> tokens)
        {
            Seen.Add(tokens.ToArray());
            var logits = new float[Vocabulary];
            logits[(tokens[^1] + 1) % Vocabulary] = 1;
            return logits;
        }
    }

    [Fact]
    public void The_model_sees_the_last_tokens_that_fit_its_context()
    {
        var model = new Counting();
        var generator = new TextGenerator(model.Next, 3, new Sampler(temperature: 0));
        Assert.Equal([2, 3, 4], generator.Generate([0, 1], 3));
        Assert.Equal([[0, 1], [0, 1, 2], [1, 2, 3]], model.Seen);
    }

    [Fact]
    public void A_long_prompt_is_cut_to_its_end()
    {
        var model = new Counting();
        var generator = new TextGenerator(model.Next, 3, new Sampler(temperature: 0));
        Assert.Equal([9, 0], generator.Generate([4, 5, 6, 7, 8], 2));
        Assert.Equal([[6, 7, 8], [7, 8, 9]], model.Seen);
    }

    [Fact]
    public void Tokens_are_made_when_they_are_asked_for()
    {
        var model = new Counting();
        using var tokens = new TextGenerator(model.Next, 3, new Sampler(temperature: 0)).Generate([0], 1000).GetEnumerator();
        Assert.Empty(model.Seen);
        tokens.MoveNext();
        Assert.Single(model.Seen);
    }

    [Fact]
    public void An_empty_prompt_is_an_error_at_once() =>
        Assert.Throws<GpuLmException>(() => new TextGenerator(new Counting().Next, 3, new Sampler()).Generate([], 1));
}
