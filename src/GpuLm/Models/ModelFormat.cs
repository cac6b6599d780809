using GpuLm.Kernels.Common;

namespace GpuLm.Models;

/// <summary>In which numbers a model computes.</summary>
public enum Precision
{
    /// <summary>fp32 everywhere; runs on every device.</summary>
    Fp32,

    /// <summary>
    /// fp32 in memory; tensor cores multiply matrices whose elements are rounded to tf32 (10 fraction bits), and sum in fp32.
    /// </summary>
    Tf32,

    /// <summary>
    /// Matrices, activations and the gradients that flow are bf16; sums, losses, norms, vectors and the parameters' gradients are fp32
    /// (Micikevicius et al., "Mixed Precision Training", 2018).
    /// </summary>
    Bf16,
}

/// <summary>The numbers of a model: how it computes and what it keeps.</summary>
/// <param name="Precision">In which numbers it computes.</param>
/// <param name="MasterWeights">
/// Whether a model in bf16 keeps each matrix in fp32 too, for the optimizer: an update smaller than 2^-9 of a parameter is lost in bf16.
/// Without, updates are rounded stochastically, so that they are right on average (Gupta et al. 2015). Says nothing in other precisions.
/// </param>
public sealed record ModelFormat(Precision Precision, bool MasterWeights = true)
{
    /// <summary>fp32 everywhere.</summary>
    public static ModelFormat Fp32 { get; } = new(Precision.Fp32);

    /// <summary>The format of activations, of the gradients that flow, and of the matrices that products read.</summary>
    public NumberFormat Numbers => Precision == Precision.Bf16 ? NumberFormat.Bf16 : NumberFormat.Fp32;

    /// <summary>Whether there are matrices in bf16 beside fp32 masters.</summary>
    public bool HasCopies => Precision == Precision.Bf16 && MasterWeights;

    /// <summary>Whether the matrices exist in bf16 alone.</summary>
    public bool LacksMasters => Precision == Precision.Bf16 && !MasterWeights;
}
