using GpuLm.Generation;
using Xunit;

namespace GpuLm.Tests.Generation;

public sealed class SamplerTests
{
    const int Draws = 40_000;
    static readonly float[] Probabilities = [0.05f, 0.4f, 0.1f, 0.25f, 0.2f];
    static readonly float[] Logits = [.. Probabilities.Select(p => MathF.Log(p) + 3)];

    static double[] Frequencies(Sampler sampler, float[] logits)
    {
        var counts = new double[logits.Length];
        for (int i = 0; i < Draws; i++) counts[sampler.Sample(logits)]++;
        return [.. counts.Select(count => count / Draws)];
    }

    static void CheckDistribution(double[] expected, double[] actual)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            // Five standard deviations of a frequency; what has no probability must never be drawn.
            double limit = 5 * Math.Sqrt(expected[i] * (1 - expected[i]) / Draws);
            Assert.True(Math.Abs(expected[i] - actual[i]) <= limit, $"token {i}: expected {expected[i]} +- {limit}, drawn {actual[i]}");
        }
    }

    [Fact]
    public void Temperature_one_draws_from_the_softmax() =>
        CheckDistribution([.. Probabilities.Select(p => (double)p)], Frequencies(new Sampler(), Logits));

    [Fact]
    public void Temperature_sharpens()
    {
        double sum = Probabilities.Sum(p => p * p);
        CheckDistribution([.. Probabilities.Select(p => p * p / sum)], Frequencies(new Sampler(temperature: 0.5f), Logits));
    }

    [Fact]
    public void Top_k_keeps_the_likeliest() =>
        CheckDistribution([0, 0.4 / 0.65, 0, 0.25 / 0.65, 0], Frequencies(new Sampler(topK: 2), Logits));

    [Fact]
    public void Top_p_keeps_the_smallest_set_that_reaches_it() =>
        CheckDistribution([0, 0.4 / 0.85, 0, 0.25 / 0.85, 0.2 / 0.85], Frequencies(new Sampler(topP: 0.7f), Logits));

    [Fact]
    public void Top_p_applies_to_what_top_k_left() =>
        CheckDistribution([0, 0.4 / 0.65, 0, 0.25 / 0.65, 0], Frequencies(new Sampler(topK: 3, topP: 0.76f), Logits));

    [Fact]
    public void The_likeliest_is_kept_however_small_top_p_is() =>
        CheckDistribution([0, 1, 0, 0, 0], Frequencies(new Sampler(topP: 1e-6f), Logits));

    [Fact]
    public void Temperature_zero_is_greedy() => CheckDistribution([0, 1, 0, 0, 0], Frequencies(new Sampler(temperature: 0), Logits));

    [Fact]
    public void A_wrong_distribution_is_noticed() =>
        Assert.ThrowsAny<Exception>(() => CheckDistribution([0.05, 0.38, 0.12, 0.25, 0.2], Frequencies(new Sampler(), Logits)));

    [Fact]
    public void The_same_seed_draws_the_same_tokens_and_another_seed_others()
    {
        int[] Sequence(ulong seed)
        {
            var sampler = new Sampler(seed: seed);
            return [.. Enumerable.Range(0, 50).Select(_ => sampler.Sample(Logits))];
        }
        Assert.Equal(Sequence(7), Sequence(7));
        Assert.NotEqual(Sequence(7), Sequence(8));
        Assert.NotEqual(Sequence(7), Sequence(7 + (1ul << 40)));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Logits_of_a_diverged_model_are_an_error_with_a_remedy(float bad)
    {
        foreach (float temperature in (float[])[0, 1])
        {
            string message = Assert.Throws<GpuLmException>(() => new Sampler(temperature).Sample([0, bad, 1])).Message;
            Assert.Contains("token 1", message, StringComparison.Ordinal);
            Assert.Contains("lower learning rate", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Extreme_logits_do_not_overflow() => Assert.Equal(2, new Sampler(temperature: 1e-30f).Sample([-3e38f, 1, 3e38f]));

    [Fact]
    public void Arguments_out_of_range_are_refused()
    {
        foreach (float temperature in (float[])[-1, float.NaN, float.PositiveInfinity])
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => new Sampler(temperature));
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sampler(topK: -1));
        foreach (float topP in (float[])[0, 1.1f, float.NaN]) Assert.Throws<ArgumentOutOfRangeException>(() => new Sampler(topP: topP));
    }
}
