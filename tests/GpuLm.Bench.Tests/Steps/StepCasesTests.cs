using GpuLm.Bench.Steps;
using GpuLm.Devices;
using GpuLm.Kernels.Common;
using GpuLm.Models;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Bench.Tests.Steps;

public class StepCasesTests
{
    static string[] Names(DeviceInfo info, ComputeDevice device, StepSettings? settings = null) =>
        [.. StepCases.For(Cases.Options(Effort.Quick) with { Device = info }, device, settings ?? new()).Select(step => step.Name)];

    [Fact]
    public void A_CPU_runs_the_three_sizes_in_fp32() =>
        Assert.Equal(
            ["0.9M B16 T128 fp32", "10.8M B8 T256 fp32", "124M B4 T64 fp32"],
            Names(TestDevices.Catalog.Select("cpu"), TestDevices.Get("cpu")));

    [Fact]
    public void A_GPU_runs_the_large_one_in_every_precision_as_far_as_its_memory_goes()
    {
        var device = TestDevices.Get(TestDevices.Interpreted);
        Assert.Equal(
            ["0.9M B16 T128 tf32", "10.8M B8 T256 bf16", "124M B32 T1024 fp32", "124M B32 T1024 tf32", "124M B32 T1024 bf16"],
            Names(Cases.Gpu(80L << 30), device));
        string[] small = Names(Cases.Gpu(16L << 30), device);
        Assert.DoesNotContain("124M B32 T1024 fp32", small);
        Assert.All(small, name => Assert.Matches("B[1-9]", name));
        Assert.Equal(
            ["gpt2-medium B3 T128 bf16 recompute block without graph"],
            Names(Cases.Gpu(80L << 30), device, new()
            {
                Models = ["gpt2-medium"], Batch = 3, Length = 128, Precisions = [Precision.Bf16], Recompute = Recompute.Block,
                UseGraph = false,
            }));
    }

    [Fact]
    public void What_is_not_there_is_an_error_for_the_user()
    {
        var (info, device) = (TestDevices.Catalog.Select("cpu"), TestDevices.Get("cpu"));
        Assert.Contains("124M", Assert.Throws<GpuLmException>(() => Names(info, device, new() { Models = ["gpt9"] })).Message, default);
        Assert.Throws<GpuLmException>(() => Names(info, device, new() { Precisions = [Precision.Bf16] }));
    }
}
