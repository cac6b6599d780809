using BenchmarkDotNet.Attributes;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Softmax;
using GpuLm.Reference;
using ILGPU;

namespace GpuLm.Benchmarks;

/// <summary>Softmax over rows as long as a context, and over a vocabulary.</summary>
public class SoftmaxBenchmarks : OpBenchmark
{
    ArrayView<float> x, y, dY, dX;
    Softmax softmax = null!;

    /// <summary>Rows x columns.</summary>
    [Params("3072x64", "8192x1024", "256x50257")]
    public string Shape { get; set; } = "";

    public override KernelSizes Sizes => new(int.Parse(Shape.Split('x')[0]), int.Parse(Shape.Split('x')[1]));

    int Rows => Sizes.Rows;
    int Columns => Sizes.Columns;

    protected override void Prepare()
    {
        int length = Rows * Columns;
        (x, dY, y, dX) = (Input(length), Input(length), Output(length), Output(length));
        softmax = new Softmax(Device);
        Forward();
        Backward();
    }

    protected override void Verify()
    {
        Require(Read(y), SoftmaxReference.Forward(ReadDoubles(x), Rows, Columns, causal: false), Columns, "y");
        Require(Read(dX), SoftmaxReference.Backward(ReadDoubles(dY), ReadDoubles(y), Rows, Columns, causal: false), Columns, "dX");
    }

    [Benchmark, Kernel("Softmax.Forward")]
    public void Forward()
    {
        softmax.Forward(x, Rows, Columns, y);
        Device.Synchronize();
    }

    [Benchmark, Kernel("Softmax.Backward")]
    public void Backward()
    {
        softmax.Backward(dY, y, Rows, Columns, dX);
        Device.Synchronize();
    }
}
