using GpuLm.Evaluation;
using Xunit;
using Xunit.Sdk;

namespace GpuLm.Tests.Evaluation;

public sealed class SlidingWindowTests
{
    [Theory]
    [InlineData(2, 8, 8)]
    [InlineData(9, 8, 8)]
    [InlineData(10, 8, 8)]
    [InlineData(100, 8, 8)]
    [InlineData(100, 8, 3)]
    [InlineData(100, 8, 1)]
    [InlineData(101, 7, 5)]
    [InlineData(5, 8, 3)]
    [InlineData(5, 1, 1)]
    public void Each_token_but_the_first_is_predicted_once_from_enough_context(int count, int context, int stride)
    {
        int[] tokens = [.. Enumerable.Range(0, count)];
        Check([.. SlidingWindow.Over(tokens, context, stride)], count, context, stride);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_text_of_one_token_has_nothing_to_predict(int count) => Assert.Empty(SlidingWindow.Over(new int[count], 8, 4));

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public void A_stride_that_leaves_tokens_out_is_refused(int stride) => Assert.Contains(
        "from 1 to 8", Assert.Throws<GpuLmException>(() => SlidingWindow.Over(new int[20], 8, stride)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_lost_token_or_a_short_context_turns_the_check_red()
    {
        int[] tokens = [.. Enumerable.Range(0, 50)];
        ScoredSequence[] good = [.. SlidingWindow.Over(tokens, 8, 4)];
        Check(good, 50, 8, 4);
        Assert.ThrowsAny<XunitException>(() => Check([.. good[..3], .. good[4..]], 50, 8, 4));
        Assert.ThrowsAny<XunitException>(() => Check([good[0], .. good], 50, 8, 4));
        Assert.ThrowsAny<XunitException>(() => Check([.. SlidingWindow.Over(tokens, 8, 5)], 50, 8, 4));
    }

    static void Check(ScoredSequence[] windows, int count, int context, int stride)
    {
        Assert.Equal(Enumerable.Range(1, count - 1), windows.SelectMany(window => window.Predicted.ToArray()));
        foreach (var window in windows)
        {
            int[] tokens = window.Tokens.ToArray();
            Assert.InRange(window.Length, 1, context);
            Assert.Equal(Enumerable.Range(tokens[0], tokens.Length), tokens);
            int first = tokens[^window.Scored], seen = first - tokens[0];
            Assert.True(seen >= Math.Min(first, context - stride + 1), $"token {first} is predicted from {seen}");
        }
    }
}
