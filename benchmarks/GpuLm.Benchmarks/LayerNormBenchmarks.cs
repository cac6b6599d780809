using BenchmarkDotNet.Attributes;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.LayerNorm;
using GpuLm.Reference;
using ILGPU;

namespace GpuLm.Benchmarks;

/// <summary>Layer norm at the sizes of a small model's step, of GPT-2's with 256 tokens, and of one larger than the caches.</summary>
public class LayerNormBenchmarks : OpBenchmark
{
    const float Epsilon = 1e-5f;
    ArrayView<float> x, residual, weight, bias, y, sum, mean, rstd, dY, dX, dWeight, dBias;
    ArrayView<BFloat16> xBf16, residualBf16, yBf16, sumBf16, dYBf16, dXBf16;
    LayerNorm layerNorm = null!;

    /// <summary>Rows x columns.</summary>
    [Params("2048x128", "256x768", "8192x768")]
    public string Shape { get; set; } = "";

    public override KernelSizes Sizes => new(int.Parse(Shape.Split('x')[0]), int.Parse(Shape.Split('x')[1]));

    int Rows => Sizes.Rows;
    int Columns => Sizes.Columns;

    protected override void Prepare()
    {
        int length = Rows * Columns;
        (x, residual, dY, weight, bias) = (Input(length), Input(length), Input(length), Input(Columns), Input(Columns));
        (y, sum, dX, dWeight, dBias, mean, rstd) = (
            Output(length), Output(length), Output(length), Output(Columns), Output(Columns), Output(Rows), Output(Rows));
        layerNorm = new LayerNorm(Device);
        Forward();
        Backward();
        if (!HasBf16) return;
        (xBf16, residualBf16, dYBf16) = (InputBf16(length), InputBf16(length), InputBf16(length));
        (yBf16, sumBf16, dXBf16) = (InputBf16(length), InputBf16(length), InputBf16(length));
    }

    protected override void Verify()
    {
        double[] hostX = ReadDoubles(x), hostWeight = ReadDoubles(weight), hostBias = ReadDoubles(bias);
        Require(Read(y), LayerNormReference.Forward(hostX, hostWeight, hostBias, Epsilon, Rows, Columns).Y, Columns, "y");
        var (expectedDX, expectedDWeight, _) = LayerNormReference.Backward(
            ReadDoubles(dY), hostX, hostWeight, hostBias, Epsilon, Rows, Columns);
        Require(Read(dX), expectedDX, Columns, "dX");
        Require(Read(dWeight), expectedDWeight, Rows, "dWeight");
        if (HasBf16) VerifyBf16(hostWeight, hostBias);
    }

    void VerifyBf16(double[] hostWeight, double[] hostBias)
    {
        ForwardBf16();
        BackwardBf16();
        double[] hostX = ReadDoubles(xBf16);
        RequireBf16(Read(yBf16), LayerNormReference.Forward(hostX, hostWeight, hostBias, Epsilon, Rows, Columns).Y, Columns, "y in bf16");
        var expected = LayerNormReference.Backward(ReadDoubles(dYBf16), hostX, hostWeight, hostBias, Epsilon, Rows, Columns);
        RequireBf16(Read(dXBf16), expected.DX, Columns, "dX in bf16");
        Require(Read(dWeight), expected.DWeight, Rows, "dWeight from bf16");
    }

    [Benchmark, Kernel("LayerNorm.Forward")]
    public void Forward()
    {
        layerNorm.Forward(x, weight, bias, Epsilon, Rows, Columns, y, mean, rstd);
        Device.Synchronize();
    }

    [Benchmark, Kernel("LayerNorm.ForwardOfSum")]
    public void ForwardOfSum()
    {
        layerNorm.ForwardOfSum(x, residual, weight, bias, Epsilon, Rows, Columns, sum, y, mean, rstd);
        Device.Synchronize();
    }

    [Benchmark, Kernel("LayerNorm.Backward")]
    public void Backward()
    {
        layerNorm.Backward(dY, x, weight, mean, rstd, Rows, Columns, dX, dWeight, dBias, accumulate: false);
        Device.Synchronize();
    }

    [Benchmark, Kernel("LayerNorm.ForwardBf16")]
    public void ForwardBf16()
    {
        layerNorm.Forward(xBf16, weight, bias, Epsilon, Rows, Columns, yBf16, mean, rstd);
        Device.Synchronize();
    }

    [Benchmark, Kernel("LayerNorm.ForwardOfSumBf16")]
    public void ForwardOfSumBf16()
    {
        layerNorm.ForwardOfSum(xBf16, residualBf16, weight, bias, Epsilon, Rows, Columns, sumBf16, yBf16, mean, rstd);
        Device.Synchronize();
    }

    [Benchmark, Kernel("LayerNorm.BackwardBf16")]
    public void BackwardBf16()
    {
        layerNorm.Backward(dYBf16, xBf16, weight, mean, rstd, Rows, Columns, dXBf16, dWeight, dBias, accumulate: false);
        Device.Synchronize();
    }
}
