using GpuLm.Kernels.Common;
using ILGPU;

namespace GpuLm.Models;

/// <summary>Memory in a model's layout, seen as tensors: the parameters as the passes read them, or their gradients.</summary>
public sealed class GptTensors
{
    /// <summary>Names the parts.</summary>
    /// <param name="layout">Where each tensor lies.</param>
    /// <param name="matrices">The layout's first DecayLength elements.</param>
    /// <param name="vectors">The rest of it.</param>
    public GptTensors(GptLayout layout, Tensor matrices, ArrayView<float> vectors)
    {
        ArgumentNullException.ThrowIfNull(layout);
        Tensor Matrix(string name) => matrices.SubView(layout[name].Offset, layout[name].Length);
        ArrayView<float> Vector(string name) => vectors.SubView(layout[name].Offset - layout.DecayLength, layout[name].Length);
        NormTensors Norm(string name) => new(Vector($"{name}.weight"), Vector($"{name}.bias"));
        LinearTensors Linear(string name) => new(Matrix($"{name}.weight"), Vector($"{name}.bias"));
        TokenEmbedding = Matrix("wte.weight");
        PositionEmbedding = Matrix("wpe.weight");
        FinalNorm = Norm("ln_f");
        Blocks = [.. Enumerable.Range(0, layout.Config.Layers).Select(layer => new BlockTensors(
            Norm($"h.{layer}.ln_1"), Linear($"h.{layer}.attn.c_attn"), Linear($"h.{layer}.attn.c_proj"),
            Norm($"h.{layer}.ln_2"), Linear($"h.{layer}.mlp.c_fc"), Linear($"h.{layer}.mlp.c_proj")))];
    }

    /// <summary>wte, [V, C]: the embedding of each token, and the output layer's weights.</summary>
    public Tensor TokenEmbedding { get; }

    /// <summary>wpe, [context, C].</summary>
    public Tensor PositionEmbedding { get; }

    /// <summary>ln_f, [C] each.</summary>
    public NormTensors FinalNorm { get; }

    /// <summary>The transformer blocks, first to last.</summary>
    public IReadOnlyList<BlockTensors> Blocks { get; }
}

/// <summary>A linear layer's two tensors.</summary>
/// <param name="Weight">[in, out].</param>
/// <param name="Bias">[out].</param>
public sealed record LinearTensors(Tensor Weight, ArrayView<float> Bias);

/// <summary>A layer norm's two vectors.</summary>
/// <param name="Weight">[C].</param>
/// <param name="Bias">[C].</param>
public sealed record NormTensors(ArrayView<float> Weight, ArrayView<float> Bias);

/// <summary>One block's tensors, in the order in which a token meets them.</summary>
/// <param name="Norm1">ln_1, [C] each.</param>
/// <param name="Qkv">attn.c_attn, [C, 3C] and [3C].</param>
/// <param name="AttentionProjection">attn.c_proj, [C, C] and [C].</param>
/// <param name="Norm2">ln_2, [C] each.</param>
/// <param name="Expand">mlp.c_fc, [C, 4C] and [4C].</param>
/// <param name="Contract">mlp.c_proj, [4C, C] and [C].</param>
public sealed record BlockTensors(
    NormTensors Norm1, LinearTensors Qkv, LinearTensors AttentionProjection, NormTensors Norm2, LinearTensors Expand,
    LinearTensors Contract);
