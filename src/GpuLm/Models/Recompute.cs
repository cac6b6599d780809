namespace GpuLm.Models;

/// <summary>
/// What the backward pass computes again in place of keeping it (Chen et al., "Training Deep Nets with Sublinear Memory Cost", 2016). The
/// gradients have the same bits each way.
/// </summary>
public enum Recompute
{
    /// <summary>Nothing: every activation is kept.</summary>
    None,

    /// <summary>The outputs of both norms and of the GELU, 6 of a block's 16 C numbers a token. Costs no matrix product.</summary>
    Norms,

    /// <summary>All of a block but its input, 1 of 16 C numbers a token remains. Costs nearly another forward pass.</summary>
    Block,
}
