using GpuLm.Generation;
using GpuLm.Models;
using GpuLm.Tokenization;
using Xunit;

namespace GpuLm.Tests.Generation;

public sealed class RepetitionPenaltyTests
{
    [Fact]
    public void Tokens_that_occurred_become_less_likely_whatever_their_sign()
    {
        var penalty = new RepetitionPenalty(2);
        foreach (int token in (int[])[0, 1, 1, 3]) penalty.Add(token);
        float[] logits = [4, -4, 4, 0, -4];
        penalty.Apply(logits);
        Assert.Equal([2, -8, 4, 0, -4], logits);
    }

    [Theory, InlineData(3e38f), InlineData(1e-44f)]
    public void The_most_extreme_penalty_leaves_logits_finite_and_in_their_order(float most)
    {
        var penalty = new RepetitionPenalty(most);
        foreach (int token in (int[])[0, 1, 3]) penalty.Add(token);
        float[] logits = [4, -4, 1, float.NaN];
        penalty.Apply(logits);
        Assert.All(logits[..3], logit => Assert.True(float.IsFinite(logit)));
        Assert.Equal(most > 1, logits[0] < logits[2]);
        Assert.Equal(most > 1, logits[1] < -4);
        Assert.True(float.IsNaN(logits[3]), "A model that diverged must be seen.");
    }

    [Fact]
    public void One_changes_nothing()
    {
        var penalty = new RepetitionPenalty(1);
        penalty.Add(0);
        float[] logits = [0.3f, -1];
        penalty.Apply(logits);
        Assert.Equal([0.3f, -1], logits);
    }

    [Theory, InlineData(0f), InlineData(-1f), InlineData(float.NaN), InlineData(float.PositiveInfinity)]
    public void Others_are_refused(float penalty) => Assert.Throws<ArgumentOutOfRangeException>(() => new RepetitionPenalty(penalty));

    [Fact]
    public void It_breaks_a_loop()
    {
        static string Continue(float penalty) => new TextGenerator(
            new LoopingPredictor(), new ByteTokenizer(),
            new() { Temperature = 0, MaxTokens = 4, RepetitionPenalty = penalty })
            .RunToEnd([Prompt.Encode("a", new ByteTokenizer())])[0].Text;
        Assert.Equal("aaaa", Continue(1));
        Assert.Equal("bcde", Continue(1.5f));
    }

    /// <summary>Prefers the letters in their order, whatever came before.</summary>
    sealed class LoopingPredictor : ITokenPredictor
    {
        public int ContextLength => 10;

        public int VocabularySize => 256;

        public int Slots => 1;

        public void Begin(int slot, ReadOnlySpan<int> tokens, Span<float> logits)
        {
            for (int token = 0; token < 256; token++) logits[token] = token < 'a' ? 0 : 1 - 0.01f * (token - 'a');
        }

        public void Advance(ReadOnlySpan<int> slots, ReadOnlySpan<int> tokens, Span<float> logits) => Begin(0, tokens, logits);
    }
}
