using GpuLm.Bench.Steps;
using GpuLm.Kernels.Common;
using Xunit;

namespace GpuLm.Bench.Tests.Steps;

public class FamilyTimesTests
{
    static TimedLaunch Launch(string kernel, double seconds) => new(KernelCatalog.Find(kernel).Kernel, [], seconds);

    [Fact]
    public void Shares_of_the_profiled_steps_are_scaled_to_the_plain_step()
    {
        var times = FamilyTimes.Of(
            [
                [Launch("MatMul.Tile", 1), Launch("LayerNorm.Forward", 2), Launch("MatMul.Tile", 3)],
                [Launch("MatMul.Tile", 2), Launch("LayerNorm.Forward", 4), Launch("MatMul.Tile", 6)],
            ],
            totals: [8, 20], plainSeconds: 4);
        Assert.Equal(["MatMul", "LayerNorm", FamilyTimes.Between], times.Families.Select(family => family.Family));
        Assert.Equal([2, 1, 0], times.Families.Select(family => family.Launches));
        double[][] expected = [[2, 1.6], [1, 0.8], [1, 1.6]];
        foreach (var (family, seconds) in times.Families.Zip(expected))
        {
            Assert.All(family.Seconds.Zip(seconds), pair => Assert.Equal(pair.Second, pair.First, 1e-12));
        }
        for (int i = 0; i < 2; i++) Assert.Equal(4, times.Families.Sum(family => family.Seconds[i]), 1e-12);
    }
}
