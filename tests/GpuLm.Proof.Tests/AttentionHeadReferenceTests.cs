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

    static void Same(Oracle actual, double[] expected, int first)
    {
        for (int d = 0; d < Size; d++)
        {
            Assert.Equal(expected[first + d], actual.Value[d], 1e-12);
            Assert.True(actual.Magnitude[d] >= Math.Abs(actual.Value[d]) - 1e-12);
        }
    }
}
