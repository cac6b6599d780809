using BenchmarkDotNet.Attributes;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.ResidualAdd;
using GpuLm.Reference;
using ILGPU;

namespace GpuLm.Benchmarks;

/// <summary>y = a + b on GPT-2's residual stream with 256 tokens, and on more than the caches hold.</summary>
public class ResidualAddBenchmarks : OpBenchmark
{
    ArrayView<float> a, b, y;
    ArrayView<BFloat16> aBf16, bBf16, yBf16;
    ResidualAdd residualAdd = null!;

    [Params(256 * 768, 1 << 24)]
    public int Count { get; set; }

    public override KernelSizes Sizes => new(Count, 1);

    protected override void Prepare()
    {
        (a, b, y) = (Input(Count), Input(Count), Output(Count));
        residualAdd = new ResidualAdd(Device);
        Forward();
        if (HasBf16) (aBf16, bBf16, yBf16) = (InputBf16(Count), InputBf16(Count), InputBf16(Count));
    }

    protected override void Verify()
    {
        Require(Read(y), ResidualAddReference.Forward(ReadDoubles(a), ReadDoubles(b)), 0, "y");
        if (!HasBf16) return;
        ForwardBf16();
        RequireBf16(Read(yBf16), ResidualAddReference.Forward(ReadDoubles(aBf16), ReadDoubles(bBf16)), 0, "y in bf16");
    }

    [Benchmark, Kernel("ResidualAdd.Forward")]
    public void Forward()
    {
        residualAdd.Forward(a, b, Count, y);
        Device.Synchronize();
    }

    [Benchmark, Kernel("ResidualAdd.ForwardBf16")]
    public void ForwardBf16()
    {
        residualAdd.Forward(aBf16, bBf16, Count, yBf16);
        Device.Synchronize();
    }
}
