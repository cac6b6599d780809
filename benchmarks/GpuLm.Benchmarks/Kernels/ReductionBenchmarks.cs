using GpuLm.Benchmarks.Harness;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Reduction;
using GpuLm.Reference;

namespace GpuLm.Benchmarks.Kernels;

/// <summary>The sum of the losses of a batch, and of many numbers.</summary>
public class ReductionSum : KernelBenchmark
{
    /// <summary>So few elements are summed in one launch.</summary>
    const int OneGroupLength = 16_384;

    public override string Kernel => "Reduction.Sum";

    public override int QuickShapes => 2;

    public override bool IsUsedBy(ModelShape model) => model.IsRepresentative;

    public override IEnumerable<Sizes> Shapes(Workload workload, Target target) =>
    [
        new(("elements", workload.Tokens * workload.Model.Channels)),
        new(("elements", workload.Tokens)),
    ];

    public override KernelSizes CatalogSizes(KernelCase measured) => new(measured["elements"], 1);

    public override IEnumerable<string> Launched(KernelCase measured, Target target) =>
        measured["elements"] > OneGroupLength ? ["Reduction.PartialSums", "Reduction.Total"] : ["Reduction.Total"];

    public override PreparedCall Prepare(Buffers buffers)
    {
        int count = Case["elements"];
        var reduction = new Reduction(buffers.Device);
        var (x, hostX) = buffers.InputFp32(count);
        var (workspace, sum) = (buffers.Allocate<float>(Reduction.WorkspaceLength), buffers.OutputFp32(1));
        return new(
            () => reduction.Sum(x, count, workspace, sum),
            () => [buffers.Element("sum", sum, 0, ReductionReference.Sum(hostX.Range(0, count)), 0, count)]);
    }
}
