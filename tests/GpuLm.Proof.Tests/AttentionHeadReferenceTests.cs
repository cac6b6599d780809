using GpuLm.Reference;
using Xunit;

namespace GpuLm.Proof.Tests;

/// <summary>The oracle of single tokens beside the oracle of all.</summary>
public class AttentionHeadReferenceTests
{
    const int Length = 23, Size = 5;

    [Fact]
    public void Chosen_tokens_are_those_of_the_oracle_of_all_tokens()
    {
        var random = new Random(1);
        double[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => 4 * random.NextDouble() - 2)];
        double[] qkv = Numbers(Length * 3 * Size), above = Numbers(Length * Size);
        double[] Part(int part) => [.. Enumerable.Range(0, Length * Size).Select(i => qkv[i / Size * 3 * Size + part * Size + i % Size])];
        var head = new AttentionHeadReference(Part(0), Part(1), Part(2), above, Length, Size);
        double[] output = AttentionReference.Forward(qkv, 1, Length, 1, 1, Size).Output.Value;
        double[] gradient = AttentionReference.Backward(above, qkv, 1, Length, 1, 1, Size).Value;
        for (int token = 0; token < Length; token++)
        {
            Same(head.Output(token), output, token * Size);
            Same(head.DQuery(token), gradient, token * 3 * Size);
            var (dKey, dValue) = head.DKeyAndValue(token);
            Same(dKey, gradient, (token * 3 + 1) * Size);
            Same(dValue, gradient, (token * 3 + 2) * Size);
        }
    }

    /// <summary>
    /// Errors of n terms add up to no more than all of them and, by Cauchy and Schwarz, to a share of 1 / sqrt(n) at least.
    /// </summary>
    [Fact]
    public void Roundings_amount_to_a_root_of_squares()
    {
        var random = new Random(2);
        double[] Numbers() => [.. Enumerable.Range(0, Length * Size).Select(_ => 4 * random.NextDouble() - 2)];
        double[] q = Numbers(), k = Numbers(), v = Numbers(), above = Numbers();
        var sums = new AttentionHeadReference(q, k, v, above, Length, Size);
        var roundings = new AttentionHeadReference(q, k, v, above, Length, Size, roundedTerms: true);
        for (int token = 0; token < Length; token++)
        {
            Smaller(roundings.Output(token), sums.Output(token), token + 1);
            Smaller(roundings.DQuery(token), sums.DQuery(token), token + 1);
            var (dKey, dValue) = roundings.DKeyAndValue(token);
            Smaller(dKey, sums.DKeyAndValue(token).DKey, Length - token);
            Smaller(dValue, sums.DKeyAndValue(token).DValue, Length - token);
        }
    }

    static void Smaller(Oracle roundings, Oracle sum, int terms)
    {
        for (int d = 0; d < Size; d++)
        {
            Assert.Equal(sum.Value[d], roundings.Value[d]);
            Assert.InRange(roundings.Magnitude[d], Math.Abs(sum.Value[d]) / Math.Sqrt(terms) - 1e-12, sum.Magnitude[d]);
        }
    }

    static void Same(Oracle actual, double[] expected, int first)
    {
        for (int d = 0; d < Size; d++)
        {
            Assert.Equal(expected[first + d], actual.Value[d], 1e-12);
            Assert.True(actual.Magnitude[d] >= Math.Abs(actual.Value[d]) - 1e-12);
        }
    }
}
