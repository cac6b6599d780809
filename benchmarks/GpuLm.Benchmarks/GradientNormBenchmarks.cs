using BenchmarkDotNet.Attributes;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.GradientNorm;
using GpuLm.Reference;
using ILGPU;

namespace GpuLm.Benchmarks;

/// <summary>The norm of a whole gradient.</summary>
public class GradientNormBenchmarks : OpBenchmark
{
    ArrayView<float> gradients, workspace, norm;
    GradientNorm gradientNorm = null!;

    [Params(1 << 20, 1 << 24)]
    public int Rows { get; set; }

    public override KernelSizes Sizes => new(Rows, 1);

    protected override void Prepare()
    {
        (gradients, workspace, norm) = (Input(Rows), Output(GradientNorm.WorkspaceLength), Output(1));
        gradientNorm = new GradientNorm(Device);
        gradientNorm.Compute(gradients, Rows, workspace, norm);
    }

    protected override void Verify()
    {
        var expected = GradientNormReference.Norm([.. Read(gradients).Select(value => (double)value)]);
        Require(Read(norm)[0], expected.Value[0], 64 * expected.Magnitude[0] / (1 << 24), "the norm");
    }

    [Benchmark, Kernel("GradientNorm.PartialSquares")]
    public void Compute()
    {
        gradientNorm.Compute(gradients, Rows, workspace, norm);
        Device.Synchronize();
    }
}
