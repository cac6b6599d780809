using GpuLm.Bench.Steps;
using GpuLm.Devices;
using GpuLm.Models;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Bench.Tests.Steps;

/// <summary>Steps that tests run, at sizes that no tile divides.</summary>
static class Cases
{
    public static StepCase Odd { get; } = new("odd", new GptConfig(3, 3, 21, 19, 47), 3, 13, Precision.Fp32);

    /// <summary>So large a vocabulary that its logits are made in two chunks.</summary>
    public static StepCase Wide { get; } = new("wide", new GptConfig(1, 1, 4, 200, 50_257), 2, 200, Precision.Fp32);

    public static BenchOptions Options(Effort effort = Effort.Tiny) =>
        new(TestDevices.Catalog, TestDevices.Catalog.Select("cpu"), effort, "test", _ => { }, TestContext.Current.CancellationToken);

    public static DeviceInfo Gpu(long bytes) =>
        new(DeviceKind.Cuda, 0, "Example GPU", "driver", IsGpu: true, 100, 1024, 32, 1 << 16, bytes, []);
}
