using BenchmarkDotNet.Attributes;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Conversion;
using GpuLm.Reference;
using ILGPU;

namespace GpuLm.Benchmarks;

/// <summary>Copies between fp32 and bf16, of a layer's weights and of more than the caches hold.</summary>
public class ConversionBenchmarks : OpBenchmark
{
    ArrayView<float> wide;
    ArrayView<BFloat16> narrow;
    Conversion conversion = null!;

    [Params(1 << 20, 1 << 26)]
    public int Count { get; set; }

    public override KernelSizes Sizes => new(Count, 1);

    protected override void Prepare()
    {
        (wide, narrow) = (Input(Count), InputBf16(Count));
        conversion = new Conversion(Device);
    }

    protected override void Verify()
    {
        var expected = ConversionReference.ToBf16(ReadDoubles(wide));
        ToBf16();
        ToFp32();
        Require(Read(wide), expected, 0, "a number in bf16 and back");
    }

    [Benchmark, Kernel("Conversion.ToBf16")]
    public void ToBf16()
    {
        conversion.ToBf16(wide, Count, narrow);
        Device.Synchronize();
    }

    [Benchmark, Kernel("Conversion.ToFp32")]
    public void ToFp32()
    {
        conversion.ToFp32(narrow, Count, wide);
        Device.Synchronize();
    }
}
