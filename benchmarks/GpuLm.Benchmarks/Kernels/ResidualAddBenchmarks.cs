using GpuLm.Benchmarks.Harness;
using GpuLm.Kernels.ResidualAdd;
using GpuLm.Models;
using GpuLm.Reference;

namespace GpuLm.Benchmarks.Kernels;

/// <summary>y = a + b on the residual stream.</summary>
public class ResidualAddForward : KernelBenchmark
{
    public override string Kernel => "ResidualAdd.Forward";

    public override IReadOnlyList<Precision> Precisions => [Precision.Fp32, Precision.Bf16];

    public override IEnumerable<Sizes> Shapes(Workload workload, Target target) =>
        [new(("rows", workload.Tokens), ("columns", workload.Model.Channels))];

    public override PreparedCall Prepare(Buffers buffers)
    {
        long length = (long)Case["rows"] * Case["columns"];
        var residualAdd = new ResidualAdd(buffers.Device);
        var (a, hostA) = buffers.Input(length);
        var (b, hostB) = buffers.Input(length);
        var y = buffers.Output(length);
        return new(
            () => residualAdd.Forward(a, b, length, y),
            () => Buffers.Some(length, 40).Select(
                i => buffers.Element("y", y, i, ResidualAddReference.Forward([hostA[i]], [hostB[i]]), 0, 2)));
    }
}
