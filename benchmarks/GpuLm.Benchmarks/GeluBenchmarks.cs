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
    }

    protected override void Verify()
    {
        double[] hostX = ReadDoubles(x);
        Require(Read(y), GeluReference.Forward(hostX), 4, "y");
        Require(Read(dX), GeluReference.Backward(ReadDoubles(dY), hostX), 4, "dX");
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
