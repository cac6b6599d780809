using GpuLm.Kernels.Common;
using GpuLm.Proof.Cases;

namespace GpuLm.Proof;

/// <summary>Which operations can be measured in which precision. What is not here is reported as not available.</summary>
static class Variants
{
    public static IReadOnlyDictionary<(string Op, Precision Precision), Func<ComputeDevice, CaseSpec, ProofCase>> All { get; } =
        new Dictionary<(string, Precision), Func<ComputeDevice, CaseSpec, ProofCase>>
        {
            [("copy", Precision.Fp32)] = (device, spec) => new CopyCase(device, spec),
            [("matmul", Precision.Fp32)] = (device, spec) => new MatMulCase(device, spec),
            [("attention forward", Precision.Fp32)] = (device, spec) => new AttentionCase(device, spec),
            [("attention forward+backward", Precision.Fp32)] = (device, spec) => new AttentionCase(device, spec),
            [("layernorm", Precision.Fp32)] = (device, spec) => new LayerNormCase(device, spec),
            [("gelu", Precision.Fp32)] = (device, spec) => new GeluCase(device, spec),
            [("adamw", Precision.Fp32)] = (device, spec) => new AdamWCase(device, spec),
            [("cross-entropy", Precision.Fp32)] = (device, spec) => new CrossEntropyCase(device, spec),
            [("step", Precision.Fp32)] = (device, spec) => new StepCase(device, spec),
        };

    /// <summary>The first of the wanted precisions that an operation has.</summary>
    public static Precision? Choose(string op, IEnumerable<Precision> wanted) =>
        wanted.FirstOrDefault(precision => All.ContainsKey((op, precision)));
}
