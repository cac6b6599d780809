using GpuLm.Bench.Results;
using GpuLm.Bench.Steps;
using GpuLm.Devices;
using GpuLm.Models;
using Xunit;

namespace GpuLm.Bench.Tests.Steps;

public class StepFloorTests
{
    static readonly DevicePeaks Peaks = new(1e9, 1e9, 1e8, 1e8, 1e-3) { Tf32FlopsPerSecond = 4e9, Bf16FlopsPerSecond = 8e9 };

    [Fact]
    public void A_familys_floor_is_the_larger_of_compute_and_memory()
    {
        Assert.Equal(new StepFloor(2, Bound.Compute), StepFloor.OfFamily(new("MatMul", 2e9, 1e8), 1, Precision.Fp32, Peaks));
        Assert.Equal(new StepFloor(1, Bound.Memory), StepFloor.OfFamily(new("MatMul", 2e9, 1e8), 1, Precision.Tf32, Peaks));
        Assert.Equal(new StepFloor(2, Bound.Compute), StepFloor.OfFamily(new("Attention", 2e9, 1e8), 1, Precision.Tf32, Peaks));
        Assert.Equal(new StepFloor(1, Bound.Launch), StepFloor.OfFamily(new("Gelu", 1e6, 1e8), 1001, Precision.Bf16, Peaks));
    }

    [Fact]
    public void A_steps_floor_adds_products_at_the_peak_and_the_bytes_of_the_rest()
    {
        FamilyWork[] work = [new("MatMul", 8e9, 9e9), new("Attention", 8e9, 9e9), new("AdamW", 9e9, 2e8), new("LayerNorm", 9e9, 1e8)];
        Assert.Equal(new StepFloor(16 + 3, Bound.Compute), StepFloor.OfStep(work, Precision.Fp32, Peaks));
        Assert.Equal(new StepFloor(2 + 8 + 3, Bound.Compute), StepFloor.OfStep(work, Precision.Tf32, Peaks));
        Assert.Equal(new StepFloor(1 + 1 + 3, Bound.Memory), StepFloor.OfStep(work, Precision.Bf16, Peaks));
    }

    [Fact]
    public void A_peak_that_nobody_measured_gives_no_floor()
    {
        var peaks = Peaks with { Bf16FlopsPerSecond = null };
        Assert.Equal(new StepFloor(0, Bound.Unknown), StepFloor.OfStep([new("MatMul", 1, 1)], Precision.Bf16, peaks));
        Assert.Equal(new StepFloor(0, Bound.Unknown), StepFloor.OfFamily(new("Attention", 1, 1), 1, Precision.Bf16, peaks));
    }

    [Fact]
    public void The_models_FLOPs_are_PaLMs_formula()
    {
        var gpt2 = StepModel.Gpt2;
        double parameters = new GptLayout(gpt2.Config).Slots
            .Where(slot => slot.Decays && slot.Name != "wpe.weight").Sum(slot => (double)slot.Length);
        var step = new StepCase(gpt2.Name, gpt2.Config, 4, 64, Precision.Fp32);
        Assert.Equal(4 * 64 * (6 * parameters + 12.0 * 12 * 12 * 64 * 64), step.ModelFlops, 1);
    }
}
