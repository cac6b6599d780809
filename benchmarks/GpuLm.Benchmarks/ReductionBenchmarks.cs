using BenchmarkDotNet.Attributes;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Reduction;
using GpuLm.Reference;
using ILGPU;

namespace GpuLm.Benchmarks;

/// <summary>The sum of a batch's losses and of a long run.</summary>
public class ReductionBenchmarks : OpBenchmark
{
    ArrayView<float> x, workspace, sum;
    Reduction reduction = null!;

    [Params(2048, 1 << 24)]
    public int Rows { get; set; }

    public override KernelSizes Sizes => new(Rows, 1);

    protected override void Prepare()
    {
        (x, workspace, sum) = (Input(Rows), Output(Reduction.WorkspaceLength), Output(1));
        reduction = new Reduction(Device);
        reduction.Sum(x, Rows, workspace, sum);
    }

    protected override void Verify()
    {
        var expected = ReductionReference.Sum([.. Read(x).Select(value => (double)value)]);
        Require(Read(sum)[0], expected.Value[0], 64 * expected.Magnitude[0] / (1 << 24), "the sum");
    }

    [Benchmark, Kernel("Reduction.PartialSums")]
    public void Sum()
    {
        reduction.Sum(x, Rows, workspace, sum);
        Device.Synchronize();
    }
}
