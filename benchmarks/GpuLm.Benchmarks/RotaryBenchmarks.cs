using BenchmarkDotNet.Attributes;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Rotary;
using GpuLm.Reference;
using ILGPU;

namespace GpuLm.Benchmarks;

/// <summary>Rotary embedding of a batch of queries, 64 channels a head.</summary>
public class RotaryBenchmarks : OpBenchmark
{
    const int HeadSize = 64;
    ArrayView<float> x, y;
    RotaryTable table = null!;
    Rotary rotary = null!;

    /// <summary>B x T x heads.</summary>
    [Params("4x64x12", "8x1024x12")]
    public string Shape { get; set; } = "";

    public override KernelSizes Sizes => new(B * T, Width);

    int B => Part(0);
    int T => Part(1);
    int Heads => Part(2);
    int Width => Heads * HeadSize;

    protected override void Prepare()
    {
        (x, y) = (Input(B * T * Width), Output(B * T * Width));
        table = new RotaryTable(Device, T, HeadSize);
        rotary = new Rotary(Device);
        Forward();
    }

    protected override void Verify() => Require(Read(y), RotaryReference.Forward(ReadDoubles(x), T, Heads, HeadSize, 10_000), 4, "y");

    [Benchmark, Kernel("Rotary.Rotate")]
    public void Forward()
    {
        rotary.Forward(x, table, B, T, Heads, Width, y);
        Device.Synchronize();
    }

    int Part(int index) => int.Parse(Shape.Split('x')[index]);
}
