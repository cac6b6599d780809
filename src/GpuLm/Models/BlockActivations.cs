using GpuLm.Kernels.Common;
using GpuLm.Tensors;
using ILGPU;

namespace GpuLm.Models;

/// <summary>
/// One block's activations, in the order in which a token meets them. What the backward pass needs of every block is the block's own; what
/// it computes again, or never needs, lies where the first block has it.
/// </summary>
public sealed class BlockActivations
{
    internal BlockActivations(GptConfig config, ActivationPlan plan, BlockActivations? first, ArenaCutter cutter)
    {
        long n = plan.Tokens, c = config.Channels;
        bool all = plan.Backward == Recompute.None, products = all || plan.Backward == Recompute.Norms, input = plan.Backward is not null;

        Tensor Numbers(bool own, long length, Func<BlockActivations, Tensor> shared) =>
            own || first is null ? cutter.Take(plan.Numbers, length) : shared(first);
        ArrayView<float> Statistics(bool own, long length, Func<BlockActivations, ArrayView<float>> shared) =>
            own || first is null ? cutter.TakeFp32(length) : shared(first);

        Norm1 = Numbers(all, n * c, block => block.Norm1);
        Norm1Mean = Statistics(products, n, block => block.Norm1Mean);
        Norm1Rstd = Statistics(products, n, block => block.Norm1Rstd);
        Qkv = Numbers(products, 3 * n * c, block => block.Qkv);
        Attended = Numbers(products, n * c, block => block.Attended);
        LogSumExp = Statistics(products, n * config.Heads, block => block.LogSumExp);
        Residual1 = Numbers(products, n * c, block => block.Residual1);
        Norm2 = Numbers(all, n * c, block => block.Norm2);
        Norm2Mean = Statistics(products, n, block => block.Norm2Mean);
        Norm2Rstd = Statistics(products, n, block => block.Norm2Rstd);
        PreActivation = Numbers(products, 4 * n * c, block => block.PreActivation);
        Activated = Numbers(all, 4 * n * c, block => block.Activated);
        Residual2 = Numbers(input, n * c, block => block.Residual2);
    }

    /// <summary>[N, C], after ln_1.</summary>
    public Tensor Norm1 { get; }

    /// <summary>[N].</summary>
    public ArrayView<float> Norm1Mean { get; }

    /// <summary>[N].</summary>
    public ArrayView<float> Norm1Rstd { get; }

    /// <summary>[N, 3C]: queries, keys, values.</summary>
    public Tensor Qkv { get; }

    /// <summary>[N, C], the heads' outputs.</summary>
    public Tensor Attended { get; }

    /// <summary>[B, H, T].</summary>
    public ArrayView<float> LogSumExp { get; }

    /// <summary>[N, C], the residual stream after attention.</summary>
    public Tensor Residual1 { get; }

    /// <summary>[N, C], after ln_2.</summary>
    public Tensor Norm2 { get; }

    /// <summary>[N].</summary>
    public ArrayView<float> Norm2Mean { get; }

    /// <summary>[N].</summary>
    public ArrayView<float> Norm2Rstd { get; }

    /// <summary>[N, 4C], before the GELU.</summary>
    public Tensor PreActivation { get; }

    /// <summary>[N, 4C], after the GELU.</summary>
    public Tensor Activated { get; }

    /// <summary>[N, C], the residual stream after the block.</summary>
    public Tensor Residual2 { get; }
}
