using BenchmarkDotNet.Attributes;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.RmsNorm;
using GpuLm.Reference;
using ILGPU;

namespace GpuLm.Benchmarks;

/// <summary>RMS norm at the sizes of <see cref="LayerNormBenchmarks"/>.</summary>
public class RmsNormBenchmarks : OpBenchmark
{
    const float Epsilon = 1e-5f;
    ArrayView<float> x, residual, weight, y, sum, rstd, dY, dX, dWeight;
    RmsNorm rmsNorm = null!;

    /// <summary>Rows x columns.</summary>
    [Params("2048x128", "256x768", "8192x768")]
    public string Shape { get; set; } = "";

    public override KernelSizes Sizes => new(int.Parse(Shape.Split('x')[0]), int.Parse(Shape.Split('x')[1]));

    int Rows => Sizes.Rows;
    int Columns => Sizes.Columns;

    protected override void Prepare()
    {
        int length = Rows * Columns;
        (x, residual, dY, weight) = (Input(length), Input(length), Input(length), Input(Columns));
        (y, sum, dX, dWeight, rstd) = (Output(length), Output(length), Output(length), Output(Columns), Output(Rows));
        rmsNorm = new RmsNorm(Device);
        Forward();
        Backward();
    }

    protected override void Verify()
    {
        double[] hostX = ReadDoubles(x), hostWeight = ReadDoubles(weight);
        Require(Read(y), RmsNormReference.Forward(hostX, hostWeight, Epsilon, Rows, Columns).Y, Columns, "y");
        var (expectedDX, expectedDWeight) = RmsNormReference.Backward(ReadDoubles(dY), hostX, hostWeight, Epsilon, Rows, Columns);
        Require(Read(dX), expectedDX, Columns, "dX");
        Require(Read(dWeight), expectedDWeight, Rows, "dWeight");
    }

    [Benchmark, Kernel("RmsNorm.Forward")]
    public void Forward()
    {
        rmsNorm.Forward(x, weight, Epsilon, Rows, Columns, y, rstd);
        Device.Synchronize();
    }

    [Benchmark, Kernel("RmsNorm.ForwardOfSum")]
    public void ForwardOfSum()
    {
        rmsNorm.ForwardOfSum(x, residual, weight, Epsilon, Rows, Columns, sum, y, rstd);
        Device.Synchronize();
    }

    [Benchmark, Kernel("RmsNorm.Backward")]
    public void Backward()
    {
        rmsNorm.Backward(dY, x, weight, rstd, Rows, Columns, dX, dWeight, accumulate: false);
        Device.Synchronize();
    }
}
