using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda;
using GpuLm.Kernels.MatMul;
using GpuLm.Kernels.MatMul.Cuda;
using Xunit;

namespace GpuLm.Kernels.Tests.Cuda;

public sealed class MatMulTuningTests : IDisposable
{
    static readonly CudaTraits Device = new(9, 0, 132, 1024, 227 << 10, "NVIDIA H200 / 141 GB");

    readonly string folder = Directory.CreateTempSubdirectory("gpulm-tuning-").FullName;

    [Fact]
    public void What_was_measured_is_found_again_for_products_of_the_class()
    {
        var tuning = MatMulTuning.Load(Device, folder);
        Assert.Equal(0, tuning.Count);
        tuning.Set(Bf16(NumberFormat.Bf16, new MatMulShape(32_768, 2_304, 768)), "128x256");
        tuning.Save();

        var again = MatMulTuning.Load(Device, folder);
        Assert.Equal("128x256", again.Find(Bf16(NumberFormat.Bf16, new MatMulShape(20_000, 4_000, 600))));
        Assert.Null(again.Find(Bf16(NumberFormat.Fp32, new MatMulShape(32_768, 2_304, 768))));
        Assert.Null(again.Find(Bf16(NumberFormat.Bf16, new MatMulShape(32_768, 2_304, 768, TransposeB: true))));
        Assert.Null(again.Find(Bf16(NumberFormat.Bf16, new MatMulShape(32_768, 2_304, 1_025))));
    }

    [Fact]
    public void Another_device_has_a_table_of_its_own()
    {
        var tuning = MatMulTuning.Load(Device, folder);
        tuning.Set(Bf16(NumberFormat.Bf16, new MatMulShape(1, 1, 1)), "64x64");
        tuning.Save();
        Assert.Equal(0, MatMulTuning.Load(Device with { Name = "NVIDIA A100" }, folder).Count);
    }

    [Fact]
    public void A_damaged_table_says_what_to_do()
    {
        File.WriteAllText(MatMulTuning.Load(Device, folder).Path, "{\"bf16");
        var error = Assert.Throws<InvalidDataException>(() => MatMulTuning.Load(Device, folder));
        Assert.Contains("gpulm tune", error.Message, StringComparison.Ordinal);
    }

    static ProductClass Bf16(NumberFormat c, MatMulShape shape) => ProductClass.Of(NumberFormat.Bf16, c, shape);

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
