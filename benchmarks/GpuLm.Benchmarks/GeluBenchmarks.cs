using BenchmarkDotNet.Attributes;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Gelu;
using GpuLm.Reference;
using ILGPU;

namespace GpuLm.Benchmarks;

/// <summary>GELU on the hidden layer of GPT-2's MLP with 256 tokens, and on more than the caches hold.</summary>
public class GeluBenchmarks : OpBenchmark
{
    ArrayView<float> x, y, dY, dX;
    ArrayView<BFloat16> xBf16, yBf16, dYBf16, dXBf16;
    Gelu gelu = null!;

    [Params(256 * 3072, 1 << 24)]
    public int Count { get; set; }

    public override KernelSizes Sizes => new(Count, 1);

    protected override void Prepare()
    {
        (x, dY, y, dX) = (Input(Count), Input(Count), Output(Count), Output(Count));
        gelu = new Gelu(Device);
        Forward();
        Backward();
        if (!HasBf16) return;
        (xBf16, dYBf16, yBf16, dXBf16) = (InputBf16(Count), InputBf16(Count), InputBf16(Count), InputBf16(Count));
        ForwardBf16();
        BackwardBf16();
    }

    protected override void Verify()
    {
        double[] hostX = ReadDoubles(x);
        Require(Read(y), GeluReference.Forward(hostX), 4, "y");
        Require(Read(dX), GeluReference.Backward(ReadDoubles(dY), hostX), 4, "dX");
        if (!HasBf16) return;
        RequireBf16(Read(yBf16), GeluReference.Forward(ReadDoubles(xBf16)), 4, "y in bf16");
        RequireBf16(Read(dXBf16), GeluReference.Backward(ReadDoubles(dYBf16), ReadDoubles(xBf16)), 4, "dX in bf16");
    }

    [Benchmark, Kernel("Gelu.Tanh")]
    public void Forward()
    {
        gelu.Forward(x, Count, y);
        Device.Synchronize();
    }

    [Benchmark, Kernel("Gelu.TanhBackward")]
    public void Backward()
    {
        gelu.Backward(dY, x, Count, dX);
        Device.Synchronize();
    }

    [Benchmark, Kernel("Gelu.TanhBf16")]
    public void ForwardBf16()
    {
        gelu.Forward(xBf16, Count, yBf16);
        Device.Synchronize();
    }

    [Benchmark, Kernel("Gelu.TanhBackwardBf16")]
    public void BackwardBf16()
    {
        gelu.Backward(dYBf16, xBf16, Count, dXBf16);
        Device.Synchronize();
    }

    [Benchmark, Kernel("Gelu.Erf")]
    public void ForwardErf()
    {
        gelu.ForwardErf(x, Count, y);
        Device.Synchronize();
    }

    [Benchmark, Kernel("Gelu.ErfBackward")]
    public void BackwardErf()
    {
        gelu.BackwardErf(dY, x, Count, dX);
        Device.Synchronize();
    }
}
