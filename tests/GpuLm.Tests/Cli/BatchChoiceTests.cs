using GpuLm.Cli.Training;
using GpuLm.Devices;
using GpuLm.Models;
using GpuLm.Training;
using Xunit;

namespace GpuLm.Tests.Cli;

public sealed class BatchChoiceTests
{
    static readonly GptConfig Gpt2 = GptConfig.FromPreset("gpt2", 50_257);

    static TrainingMemory Memory(long bytes, bool gpu = true) => new(
        Gpt2, ModelFormat.Fp32,
        new DeviceInfo(gpu ? DeviceKind.Cuda : DeviceKind.Cpu, 0, "a device", "a driver", gpu, 20, 1024, 32, 1 << 16, bytes, []), bytes);

    static int Choose(TrainingMemory memory, long tokens = long.MaxValue, int? total = null) =>
        BatchChoice.Choose(memory, new TrainingOptions(), tokens, total);

    [Fact]
    public void It_is_the_largest_that_fits()
    {
        var memory = Memory(8_000_000_000);
        int batch = Choose(memory);
        Assert.Equal(memory.LargestBatch(new TrainingOptions()), batch);
        memory.Require(new TrainingOptions { Batch = batch });
        Assert.Throws<GpuLmException>(() => memory.Require(new TrainingOptions { Batch = batch + 1 }));
    }

    [Fact]
    public void It_stays_below_what_is_of_use()
    {
        Assert.Equal(512, Choose(Memory(2_000_000_000_000)));
        Assert.Equal(16, Choose(Memory(2_000_000_000_000, gpu: false)));
        Assert.Equal(3, Choose(Memory(2_000_000_000_000), tokens: 4000));
        Assert.Equal(1, Choose(Memory(2_000_000_000_000), tokens: 10));
    }

    [Theory]
    [InlineData(480, 480)]
    [InlineData(514, 257)]
    [InlineData(1021, 1)]
    [InlineData(1024, 512)]
    public void Its_passes_make_up_the_total(int total, int batch) =>
        Assert.Equal(batch, Choose(Memory(2_000_000_000_000), total: total));

    [Fact]
    public void Where_nothing_fits_the_message_says_so()
    {
        var error = Assert.Throws<GpuLmException>(() => Choose(Memory(100_000_000)));
        Assert.Contains("Not even a batch of 1 fits", error.Message, StringComparison.Ordinal);
    }
}
