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
    ArrayView<BFloat16> dYBf16;
    BiasGradient biasGradient = null!;

    /// <summary>Rows x columns.</summary>
    [Params("2048x512", "256x3072", "8192x3072")]
    public string Shape { get; set; } = "";

    public override KernelSizes Sizes => new(int.Parse(Shape.Split('x')[0]), int.Parse(Shape.Split('x')[1]));

    protected override void Prepare()
    {
        (dY, dBias) = (Input(Sizes.Rows * Sizes.Columns), Output(Sizes.Columns));
        biasGradient = new BiasGradient(Device);
        if (HasBf16) dYBf16 = InputBf16(Sizes.Rows * Sizes.Columns);
    }

    protected override void Verify()
    {
        Write();
        Require(Read(dBias), BiasGradientReference.Backward(ReadDoubles(dY), Sizes.Rows, Sizes.Columns), Sizes.Rows, "dBias");
        if (!HasBf16) return;
        WriteBf16();
        Require(Read(dBias), BiasGradientReference.Backward(ReadDoubles(dYBf16), Sizes.Rows, Sizes.Columns), Sizes.Rows, "dBias from bf16");
    }

    [Benchmark, Kernel("BiasGradient.SumColumns")]
    public void Write()
    {
        biasGradient.WriteBiasGradient(dY, Sizes.Rows, Sizes.Columns, dBias);
        Device.Synchronize();
    }

    [Benchmark, Kernel("BiasGradient.SumRowSharesBf16")]
    public void WriteBf16()
    {
        biasGradient.WriteBiasGradient(dYBf16, Sizes.Rows, Sizes.Columns, dBias);
        Device.Synchronize();
    }
}
