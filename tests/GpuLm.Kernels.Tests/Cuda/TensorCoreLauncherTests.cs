using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda;
using GpuLm.Kernels.MatMul;
using GpuLm.Kernels.MatMul.Cuda;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Kernels.Tests.Cuda;

/// <summary>How products are cut for tensor cores, and what the launcher refuses. No kernel runs.</summary>
public class TensorCoreLauncherTests
{
    static readonly CudaTraits Hopper = new(9, 0, 132, 1024, 227 * 1024, "H");
    static readonly CudaTraits Ada = new(8, 9, 128, 1024, 99 * 1024, "L");

    [Fact]
    public void Large_products_get_large_tiles_and_small_ones_are_spread()
    {
        Assert.Equal("128x256", TensorCoreConfigs.Choose(new(8192, 8192, 8192), NumberFormat.Bf16, Hopper).Name);
        var few = TensorCoreConfigs.Choose(new(768, 768, 16_384, TransposeA: true), NumberFormat.Bf16, Hopper);
        Assert.True(few.Splits > 1, few.Name);
        Assert.Equal(1, TensorCoreConfigs.Choose(new(64, 64, 64), NumberFormat.Bf16, Hopper).Splits);
    }

    [Fact]
    public void What_is_chosen_fits_the_device()
    {
        foreach (var device in (CudaTraits[])[Hopper, Ada])
        {
            MatMulShape[] shapes = [new(1, 1, 1), new(8192, 8192, 8192), new(768, 3072, 8192), new(300, 50_304, 768) { Batch = 3 }];
            foreach (var shape in shapes)
            {
                var candidates = TensorCoreConfigs.Candidates(shape, NumberFormat.Bf16, device).ToList();
                Assert.NotEmpty(candidates);
                Assert.All(candidates, cut => Assert.True(cut.Suits(device, shape, NumberFormat.Bf16), cut.Name));
                Assert.All(candidates, cut => Assert.Equal(cut, TensorCoreCut.Parse(cut.Name)));
                Assert.Contains(TensorCoreConfigs.Choose(shape, NumberFormat.Bf16, device), candidates);
            }
        }
        Assert.DoesNotContain(
            TensorCoreConfigs.Candidates(new(8192, 8192, 8192), NumberFormat.Bf16, Ada), cut => cut.Config.Name == "128x256");
    }

    [Fact]
    public void Splits_without_terms_are_refused()
    {
        var cut = TensorCoreCut.Parse("64x64 split 3");
        Assert.True(cut.Suits(Hopper, new(64, 64, 129), NumberFormat.Bf16));
        Assert.False(cut.Suits(Hopper, new(64, 64, 128), NumberFormat.Bf16));
        Assert.False(cut.Suits(Hopper, new(64, 64, 1024) { Batch = 2 }, NumberFormat.Bf16));
        Assert.Throws<ArgumentException>(() => TensorCoreCut.Parse("64x64 split 0"));
        Assert.Throws<ArgumentException>(() => TensorCoreCut.Parse("65x64"));
    }

    [Fact]
    public void Wrong_operands_are_refused()
    {
        var device = TestDevices.Get(TestDevices.Interpreted);
        using var halves = Fenced.OutputBf16(device, 64);
        using var words = Fenced.Output(device, 64);
        var matmul = new MatMul.MatMul(device);
        AssertRefused("multiple of 8", () => matmul.Multiply(halves.View, halves.View, new MatMulShape(3, 3, 3), words.View));
        AssertRefused(
            "multiple of 16 bytes", () => matmul.Multiply(halves.View.SubView(1, 32), halves.View, new MatMulShape(2, 8, 8), words.View));
        AssertRefused("one format", () => matmul.Multiply(halves.View, words.View, new MatMulShape(2, 8, 8), words.View));
        AssertRefused("C is bf16", () => matmul.Multiply(words.View, words.View, new MatMulShape(2, 8, 8), halves.View));
        AssertRefused(
            "one format", () => matmul.MultiplyGeluGradient(halves.View, halves.View, words.View, new MatMulShape(2, 8, 8), halves.View));
        AssertRefused("holds 64 elements", () => matmul.Multiply(halves.View, halves.View, new MatMulShape(9, 8, 8), words.View));
        var unknown = new MatMul.MatMul(device, configuration: "1x1");
        AssertRefused("no tile '1x1'", () => unknown.Multiply(halves.View, halves.View, new MatMulShape(8, 8, 8), words.View));
    }

    [Fact]
    public void Devices_without_tensor_cores_are_refused()
    {
        var cpu = TestDevices.Get("cpu");
        using var halves = Fenced.OutputBf16(cpu, 64);
        AssertRefused(
            "compute capability 8.0",
            () => new MatMul.MatMul(cpu).Multiply(halves.View, halves.View, new MatMulShape(8, 8, 8), halves.View));
        AssertRefused("compute capability 8.0", () => _ = new MatMul.MatMul(cpu, MatMulPrecision.Tf32));
    }

    [Fact]
    public void Products_in_tf32_fall_back_to_fp32_where_rows_are_not_aligned()
    {
        var device = TestDevices.Get(TestDevices.Interpreted);
        float exact = 1 + 1f / (1 << 20);
        using var a = Fenced.Input(device, [exact, 0, 0]);
        using var b = Fenced.Input(device, [1f, 0, 0]);
        using var c = Fenced.Output(device, 1);
        new MatMul.MatMul(device, MatMulPrecision.Tf32).Multiply(a, b, new MatMulShape(1, 1, 3, TransposeB: true), c);
        Assert.Equal(exact, c.Read()[0]);
    }

    static void AssertRefused(string expected, Action action) =>
        Assert.Contains(expected, Assert.Throws<ArgumentException>(action).Message, StringComparison.Ordinal);
}
