using GpuLm.Benchmarks.Harness;
using GpuLm.Kernels.MatMul.Cuda;
using GpuLm.Models;

namespace GpuLm.Benchmarks.Kernels;

/// <summary>Every way to cut a product on tensor cores, at a model's first shape.</summary>
static class Cuts
{
    const string SplitTile = "128x128";

    /// <summary>Each tile, and one of them with groups that share the terms.</summary>
    public static IEnumerable<string?> Of(Precision precision) => precision == Precision.Bf16
        ? [.. TensorCoreConfigs.All.Select(config => config.Name), new TensorCoreCut(TensorCoreConfigs.Find(SplitTile), 2).Name]
        : [SplitTile];
}

/// <inheritdoc cref="Cuts"/>
public class MatMulCutsNN : MatMulNN
{
    public override IReadOnlyList<Precision> Precisions => [Precision.Bf16, Precision.Tf32];

    public override IEnumerable<string?> Configurations(Precision precision, Target target) => Cuts.Of(precision);

    public override IEnumerable<Sizes> Shapes(Workload workload, Target target) => base.Shapes(workload, target).Take(1);

    public override bool IsUsedBy(ModelShape model) => model.IsRepresentative;
}

/// <inheritdoc cref="Cuts"/>
public class MatMulCutsNT : MatMulNT
{
    public override IReadOnlyList<Precision> Precisions => [Precision.Bf16, Precision.Tf32];

    public override IEnumerable<string?> Configurations(Precision precision, Target target) => Cuts.Of(precision);

    public override IEnumerable<Sizes> Shapes(Workload workload, Target target) => base.Shapes(workload, target).Skip(1).Take(1);

    public override bool IsUsedBy(ModelShape model) => model.IsRepresentative;
}

/// <inheritdoc cref="Cuts"/>
public class MatMulCutsTN : MatMulTN
{
    public override IReadOnlyList<Precision> Precisions => [Precision.Bf16, Precision.Tf32];

    public override IEnumerable<string?> Configurations(Precision precision, Target target) => Cuts.Of(precision);

    public override IEnumerable<Sizes> Shapes(Workload workload, Target target) => base.Shapes(workload, target).Take(1);

    public override bool IsUsedBy(ModelShape model) => model.IsRepresentative;
}
