using ILGPU;

namespace GpuLm.Models;

/// <summary>One arena in a model's layout, seen as tensors: the parameters, or their gradients.</summary>
public sealed class GptTensors
{
    /// <summary>Names the parts of an arena.</summary>
    /// <param name="layout">Where each tensor lies.</param>
    /// <param name="arena">[layout.Length].</param>
    public GptTensors(GptLayout layout, ArrayView<float> arena)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArrayView<float> View(string name) => arena.SubView(layout[name].Offset, layout[name].Length);
        Arena = arena;
        TokenEmbedding = View("wte.weight");
        PositionEmbedding = View("wpe.weight");
        FinalNorm = new(View("ln_f.weight"), View("ln_f.bias"));
        Blocks = [.. Enumerable.Range(0, layout.Config.Layers).Select(layer =>
        {
            AffineTensors Pair(string name) => new(View($"h.{layer}.{name}.weight"), View($"h.{layer}.{name}.bias"));
            return new BlockTensors(Pair("ln_1"), Pair("attn.c_attn"), Pair("attn.c_proj"), Pair("ln_2"), Pair("mlp.c_fc"), Pair("mlp.c_proj"));
        })];
    }

    /// <summary>All of it, gaps for alignment included.</summary>
    public ArrayView<float> Arena { get; }

    /// <summary>wte, [V, C]: the embedding of each token, and the output layer's weights.</summary>
    public ArrayView<float> TokenEmbedding { get; }

    /// <summary>wpe, [context, C].</summary>
    public ArrayView<float> PositionEmbedding { get; }

    /// <summary>ln_f, [C] each.</summary>
    public AffineTensors FinalNorm { get; }

    /// <summary>The transformer blocks, first to last.</summary>
    public IReadOnlyList<BlockTensors> Blocks { get; }
}

/// <summary>A linear layer's or a norm's two tensors.</summary>
/// <param name="Weight">[in, out] of a linear layer, [C] of a norm.</param>
/// <param name="Bias">[out], or [C].</param>
public sealed record AffineTensors(ArrayView<float> Weight, ArrayView<float> Bias);

/// <summary>One block's tensors, in the order in which a token meets them.</summary>
/// <param name="Norm1">ln_1, [C] each.</param>
/// <param name="Qkv">attn.c_attn, [C, 3C] and [3C].</param>
/// <param name="AttentionProjection">attn.c_proj, [C, C] and [C].</param>
/// <param name="Norm2">ln_2, [C] each.</param>
/// <param name="Expand">mlp.c_fc, [C, 4C] and [4C].</param>
/// <param name="Contract">mlp.c_proj, [4C, C] and [C].</param>
public sealed record BlockTensors(
    AffineTensors Norm1, AffineTensors Qkv, AffineTensors AttentionProjection, AffineTensors Norm2, AffineTensors Expand, AffineTensors Contract);
