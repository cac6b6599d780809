using GpuLm.Data;
using Xunit;

namespace GpuLm.Tests.Data;

public class PermutationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(1000)]
    [InlineData(100_003)]
    public void EveryPlaceComesOnce(int count)
    {
        var permutation = new Permutation(7, 2, count);
        var seen = new bool[count];
        for (int i = 0; i < count; i++)
        {
            long place = permutation.At(i);
            Assert.False(seen[place], $"{place} comes twice");
            seen[place] = true;
        }
    }

    [Fact]
    public void SeedAndEpochChangeTheOrder()
    {
        long[] Order(ulong seed, long epoch) => [.. Enumerable.Range(0, 500).Select(i => new Permutation(seed, epoch, 500).At(i))];

        Assert.Equal(Order(1, 1), Order(1, 1));
        Assert.NotEqual(Order(1, 1), Order(2, 1));
        Assert.NotEqual(Order(1, 1), Order(1, 2));
        Assert.Equal(500 / 500.0, Order(1, 1).Index().Count(pair => pair.Index == pair.Item), 5.0);
    }

    [Fact]
    public void FirstPlacesAreSpreadEvenly()
    {
        // Chi-squared of the first place over 2,000 seeds in 20 cells: 19 degrees of freedom, above 50 in 1 of 7,000.
        var cells = new int[20];
        for (ulong seed = 0; seed < 2000; seed++) cells[new Permutation(seed, 0, 100).At(0) / 5]++;
        Assert.InRange(cells.Sum(n => (n - 100.0) * (n - 100.0) / 100), 0, 50);
    }

    [Fact]
    public void HugeCountsStayInRange()
    {
        const long Count = (1L << 62) + 12345;
        var permutation = new Permutation(3, 0, Count);
        for (long i = 0; i < 100; i++) Assert.InRange(permutation.At(Count - 1 - i), 0, Count - 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => permutation.At(Count));
        Assert.Throws<ArgumentOutOfRangeException>(() => permutation.At(-1));
    }
}
