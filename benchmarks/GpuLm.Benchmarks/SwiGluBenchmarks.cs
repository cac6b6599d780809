using BenchmarkDotNet.Attributes;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.SwiGlu;
using GpuLm.Reference;
using ILGPU;

namespace GpuLm.Benchmarks;

/// <summary>SwiGLU on a hidden layer with 256 tokens, and on more than the caches hold.</summary>
public class SwiGluBenchmarks : OpBenchmark
{
    ArrayView<float> gate, up, y, dY, dGate, dUp;
    SwiGlu swiGlu = null!;

    [Params(256 * 2048, 1 << 23)]
    public int Count { get; set; }

    public override KernelSizes Sizes => new(Count, 1);

    protected override void Prepare()
    {
        (gate, up, dY, y, dGate, dUp) = (Input(Count), Input(Count), Input(Count), Output(Count), Output(Count), Output(Count));
        swiGlu = new SwiGlu(Device);
        Forward();
        Backward();
    }

    protected override void Verify()
    {
        double[] hostGate = ReadDoubles(gate), hostUp = ReadDoubles(up);
        Require(Read(y), SwiGluReference.Forward(hostGate, hostUp), 4, "y");
        var expected = SwiGluReference.Backward(ReadDoubles(dY), hostGate, hostUp);
        Require(Read(dGate), expected.DGate, 4, "dGate");
        Require(Read(dUp), expected.DUp, 4, "dUp");
    }

    [Benchmark, Kernel("SwiGlu.Forward")]
    public void Forward()
    {
        swiGlu.Forward(gate, up, Count, y);
        Device.Synchronize();
    }

    [Benchmark, Kernel("SwiGlu.Backward")]
    public void Backward()
    {
        swiGlu.Backward(dY, gate, up, Count, dGate, dUp);
        Device.Synchronize();
    }
}
