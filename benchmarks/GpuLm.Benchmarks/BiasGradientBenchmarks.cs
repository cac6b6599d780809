using BenchmarkDotNet.Attributes;
using GpuLm.Kernels.BiasGradient;
using GpuLm.Kernels.Common;
using GpuLm.Reference;
using ILGPU;

namespace GpuLm.Benchmarks;

/// <summary>The bias gradient of GPT-2's widest layer and of a small model's.</summary>
public class BiasGradientBenchmarks : OpBenchmark
{
    ArrayView<float> dY, dBias;
    BiasGradient biasGradient = null!;

    /// <summary>Rows x columns.</summary>
    [Params("2048x512", "256x3072", "8192x3072")]
    public string Shape { get; set; } = "";

    public override KernelSizes Sizes => new(int.Parse(Shape.Split('x')[0]), int.Parse(Shape.Split('x')[1]));

    protected override void Prepare()
    {
        (dY, dBias) = (Input(Sizes.Rows * Sizes.Columns), Output(Sizes.Columns));
        biasGradient = new BiasGradient(Device);
        Write();
    }

    protected override void Verify() =>
        Require(Read(dBias), BiasGradientReference.Backward(ReadDoubles(dY), Sizes.Rows, Sizes.Columns), Sizes.Rows, "dBias");

    [Benchmark, Kernel("BiasGradient.SumColumns")]
    public void Write()
    {
        biasGradient.WriteBiasGradient(dY, Sizes.Rows, Sizes.Columns, dBias);
        Device.Synchronize();
    }
}
