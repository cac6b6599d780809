using GpuLm.Kernels.Common;
using GpuLm.Proof.Cases;

namespace GpuLm.Proof;

/// <summary>An operation that can be measured.</summary>
/// <param name="Precisions">Those that it has launchers for.</param>
/// <param name="Create">Sets a case up.</param>
sealed record Variant(IReadOnlyList<Precision> Precisions, Func<ComputeDevice, CaseSpec, Precision, ProofCase> Create);

/// <summary>Which operations can be measured in which precision. What is not here is reported as not available.</summary>
static class Variants
{
    static readonly Dictionary<string, Variant> ByOperation = new()
    {
        ["copy"] = new([Precision.Fp32], (device, spec, _) => new CopyCase(device, spec)),
        ["matmul"] = new(Precision.All, (device, spec, precision) => new MatMulCase(device, spec, precision)),
        ["attention forward"] = new(Precision.All, (device, spec, precision) => new AttentionCase(device, spec, precision)),
        ["attention forward+backward"] = new(Precision.All, (device, spec, precision) => new AttentionCase(device, spec, precision)),
        ["layernorm"] = new(Precision.All, (device, spec, precision) => new LayerNormCase(device, spec, precision)),
        ["gelu"] = new(Precision.All, (device, spec, precision) => new GeluCase(device, spec, precision)),
        ["adamw"] = new(Precision.All, (device, spec, precision) => new AdamWCase(device, spec, precision)),
        ["cross-entropy"] = new(Precision.All, (device, spec, precision) => new CrossEntropyCase(device, spec, precision)),
        ["step"] = new(Precision.All, (device, spec, precision) => new StepCase(device, spec, precision)),
    };

    /// <summary>The first of the wanted precisions that an operation has on a device.</summary>
    public static Precision? Choose(string op, IEnumerable<Precision> wanted, ComputeDevice device) =>
        wanted.FirstOrDefault(precision => ByOperation[op].Precisions.Contains(precision) && precision.RunsOn(device));

    /// <summary>Sets a case up in a precision that its operation has.</summary>
    public static ProofCase Create(ComputeDevice device, CaseSpec spec, Precision precision) =>
        ByOperation[spec.Op].Create(device, spec, precision);
}
