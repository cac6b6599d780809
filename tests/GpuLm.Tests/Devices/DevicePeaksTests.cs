using GpuLm.Devices;
using Xunit;

namespace GpuLm.Tests.Devices;

public class DevicePeaksTests
{
    [Fact]
    public void The_better_of_two_measurements_counts_figure_by_figure()
    {
        var one = new DevicePeaks(5, 4, 3, 2, 1) { Bf16FlopsPerSecond = 7, Bf16Instruction = "mma.sync" };
        var two = new DevicePeaks(4, 5, 4, 1, 2) { Bf16FlopsPerSecond = 8, Bf16Instruction = "wgmma" };
        var better = new DevicePeaks(5, 5, 4, 2, 1) { Bf16FlopsPerSecond = 8, Bf16Instruction = "wgmma" };
        Assert.Equal(better, one.OrBetter(two));
        Assert.Equal(better, two.OrBetter(one));
        Assert.Equal(one, one.OrBetter(one with { Bf16FlopsPerSecond = null, Bf16Instruction = null }));
    }
}
