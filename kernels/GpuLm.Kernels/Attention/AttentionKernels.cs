using GpuLm.Kernels.Common;
using ILGPU;

namespace GpuLm.Kernels.Attention;

/// <summary>Causal attention that never stores its T x T weights (Dao et al. 2022, "FlashAttention").</summary>
public static partial class AttentionKernels
{
    /// <summary>
    /// output_i = sum over j of p_ij v_j with p_ij = exp(s_ij - logSumExp_i), s_ij = q_i k_j / sqrt(D), j at most i.
    /// qkv [B T, (H + 2 Hkv) D], output [B T, H D], logSumExp [B, H, T]. Groups share the queries of all heads: a query on a GPU, a block
    /// of queries on a CPU. The softmax is online: running maximum and sum, accumulators rescaled when the maximum grows, divided once at
    /// the end.
    /// </summary>
    public static void Forward(ArrayView<float> qkv, AttentionShape shape, ArrayView<float> output, ArrayView<float> logSumExp)
    {
        int items = AttentionBlock.ForwardItems(shape);
        AttentionBlock.Forward(Share.Start(items), Share.End(items), qkv, shape, output, logSumExp);
    }

    /// <summary>
    /// With p recomputed from the saved logSumExp, delta_i = dOutput_i output_i and ds_ij = p_ij (dOutput_i v_j - delta_i):
    /// dv_j = sum over i of p_ij dOutput_i, dq_i = sum over j of ds_ij k_j / sqrt(D), dk_j = sum over i of ds_ij q_i / sqrt(D).
    /// On a CPU a group owns whole key-value heads and computes p and ds once for all three; on a GPU it owns one query's dq or one key's
    /// dk and dv, so nothing is added to from two sides. The order of all sums is fixed.
    /// </summary>
    public static void Backward(
        ArrayView<float> dOutput, ArrayView<float> qkv, ArrayView<float> output, ArrayView<float> logSumExp, AttentionShape shape,
        ArrayView<float> dQkv)
    {
        int items = AttentionBlock.BackwardItems(shape);
        AttentionBlock.Backward(Share.Start(items), Share.End(items), dOutput, qkv, output, logSumExp, shape, dQkv);
    }
}
