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
    }

    protected override void Verify()
    {
        double[] hostX = ReadDoubles(x), hostWeight = ReadDoubles(weight), hostBias = ReadDoubles(bias);
        Require(Read(y), LayerNormReference.Forward(hostX, hostWeight, hostBias, Epsilon, Rows, Columns).Y, Columns, "y");
        var (expectedDX, expectedDWeight, _) = LayerNormReference.Backward(
            ReadDoubles(dY), hostX, hostWeight, hostBias, Epsilon, Rows, Columns);
        Require(Read(dX), expectedDX, Columns, "dX");
        Require(Read(dWeight), expectedDWeight, Rows, "dWeight");
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
}
