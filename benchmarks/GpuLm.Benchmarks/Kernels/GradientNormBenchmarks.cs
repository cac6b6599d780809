using GpuLm.Benchmarks.Harness;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.GradientNorm;
using GpuLm.Reference;
using ILGPU;

namespace GpuLm.Benchmarks.Kernels;

/// <summary>The norm of a whole gradient.</summary>
public abstract class GradientNormBenchmark : KernelBenchmark
{
    /// <summary>Elements that are read at once on tensor-core devices where their number allows it.</summary>
    const int Four = 4;

    public override bool IsUsedBy(ModelShape model) => !model.IsLlama;

    public override KernelSizes CatalogSizes(KernelCase measured) => new(measured["elements"], 1);

    protected static IEnumerable<string> Launched(KernelCase measured, Target target, string last) =>
    [
        target.HasTensorCores && measured["elements"] % Four == 0 ? "GradientNorm.PartialSquaresVector" : "GradientNorm.PartialSquares",
        last,
    ];

    protected PreparedCall Prepare(Buffers buffers, Action<ArrayView<float>, long, ArrayView<float>, ArrayView<float>> launch)
    {
        int count = Case["elements"];
        var (gradients, hostGradients) = buffers.InputFp32(count);
        var (workspace, norm) = (buffers.Allocate<float>(GradientNorm.WorkspaceLength), buffers.OutputFp32(1));
        return new(
            () => launch(gradients, count, workspace, norm),
            () => [buffers.Element("norm", norm, 0, GradientNormReference.Norm(hostGradients.Range(0, count)), 0, count)]);
    }
}

/// <summary>The norm alone, also of an odd number of elements.</summary>
public class GradientNormCompute : GradientNormBenchmark
{
    public override string Kernel => "GradientNorm.Compute";

    public override int QuickShapes => 2;

    public override IEnumerable<Sizes> Shapes(Workload workload, Target target)
    {
        int whole = ParameterCount.Of(workload.Model, target);
        return [new(("elements", whole)), new(("elements", whole - 1))];
    }

    public override IEnumerable<string> Launched(KernelCase measured, Target target) => Launched(measured, target, "GradientNorm.Norm");

    public override PreparedCall Prepare(Buffers buffers)
    {
        var gradientNorm = new GradientNorm(buffers.Device);
        return Prepare(buffers, gradientNorm.Compute);
    }
}

/// <summary>The norm, which is to be no number where the loss is none.</summary>
public class GradientNormOfFiniteLoss : GradientNormBenchmark
{
    public override string Kernel => "GradientNorm.OfFiniteLoss";

    public override IEnumerable<Sizes> Shapes(Workload workload, Target target) =>
        [new(("elements", ParameterCount.Of(workload.Model, target)))];

    public override IEnumerable<string> Launched(KernelCase measured, Target target) =>
        Launched(measured, target, "GradientNorm.NormOfFiniteLoss");

    public override PreparedCall Prepare(Buffers buffers)
    {
        var gradientNorm = new GradientNorm(buffers.Device);
        var loss = buffers.Upload(1f);
        return Prepare(
            buffers, (gradients, count, workspace, norm) => gradientNorm.ComputeOfFiniteLoss(gradients, count, loss, workspace, norm));
    }
}
