using GpuLm.Bench.Steps;
using GpuLm.Kernels.Common;
using GpuLm.Models;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Bench.Tests.Steps;

public class StepWorkTests
{
    public static TheoryData<Recompute> Recomputes => [.. Enum.GetValues<Recompute>()];

    /// <summary>What a real step launches, by family.</summary>
    static Dictionary<string, TimedLaunch[]> Launched(StepCase step)
    {
        using var device = TestDevices.Catalog.Open("cpu");
        var profile = device.AttachProfile();
        using var running = new RunningStep(device, step);
        running.Run();
        return profile.Record(() => running.Run())
            .GroupBy(launch => launch.Operation)
            .ToDictionary(group => group.Key, group => group.ToArray());
    }

    static void Compare(StepCase step)
    {
        var launched = Launched(step);
        var work = StepWork.Of(step).ToDictionary(family => family.Family);
        Assert.Equal(launched.Keys.Order(), work.Keys.Order());
        foreach (var (family, launches) in launched)
        {
            Assert.Equal(launches.Length, work[family].Launches);
            double flops = launches.Sum(LaunchSizes.Flops), bytes = launches.Sum(LaunchSizes.Bytes);
            // The sums of a few partial results are not counted.
            Assert.InRange(work[family].Flops, flops * 0.99, flops);
            if (family is "MatMul" or "AdamW" or "CrossEntropy" or "Gelu") Assert.Equal(bytes, work[family].Bytes, bytes * 1e-12);
            // The catalog counts every row of an embedding, and neither partial sums nor the residual that a norm's gradient adds.
            else Assert.InRange(work[family].Bytes, bytes * 0.5, bytes * 1.5);
        }
    }

    [Theory, MemberData(nameof(Recomputes))]
    public void The_formulas_are_what_a_step_launches(Recompute recompute) => Compare(Cases.Odd with { Recompute = recompute });

    [Fact]
    public void Logits_in_chunks_are_counted() => Compare(Cases.Wide);

    [Fact]
    public void Sabotage_a_layer_more_is_found() =>
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() =>
        {
            var work = StepWork.Of(Cases.Odd with { Config = Cases.Odd.Config with { Layers = 4 } }).ToDictionary(family => family.Family);
            foreach (var (family, launches) in Launched(Cases.Odd)) Assert.Equal(launches.Length, work[family].Launches);
        });

    /// <summary>Worked out by hand: 2 bytes a number in the residual stream and its gradient, 4 in gradients of weights.</summary>
    [Fact]
    public void Formats_change_bytes_and_not_FLOPs()
    {
        var fp32 = Cases.Odd with { Config = new GptConfig(1, 1, 64, 8, 32), Batch = 1, Length = 8 };
        var bf16 = fp32 with { Precision = Precision.Bf16 };
        double[] flops = [.. StepWork.Of(fp32).Select(family => family.Flops)];
        Assert.Equal(flops, StepWork.Of(bf16).Select(family => family.Flops));
        double Bytes(StepCase step, string name) => StepWork.Of(step).Single(family => family.Family == name).Bytes;
        const double Qkv = 3 * 8 * 64, Output = 8 * 64, LogSumExp = 8;
        Assert.Equal(4 * (3 * Qkv + 3 * Output + 2 * LogSumExp), Bytes(fp32, "Attention"));
        Assert.Equal(2 * (3 * Qkv + 3 * Output) + 4 * 2 * LogSumExp, Bytes(bf16, "Attention"));
        var layout = new GptLayout(fp32.Config);
        Assert.Equal(28.0 * layout.Length, Bytes(fp32, "AdamW"));
        Assert.Equal(28.0 * layout.Length + 2.0 * layout.DecayLength, Bytes(bf16, "AdamW"));
    }
}
