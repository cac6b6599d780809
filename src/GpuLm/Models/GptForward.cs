using GpuLm.Kernels.Attention;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Embedding;
using GpuLm.Kernels.MatMul;
using ILGPU;

namespace GpuLm.Models;

/// <summary>The forward pass, layer by layer. B sequences of T tokens, N = B T, C channels, V tokens in the vocabulary.</summary>
static class GptForward
{
    /// <summary>Runs tokens [B, T] through all blocks and the final norm; the result is <c>Normed</c> [N, C].</summary>
    public static void Run(Gpt model, GptActivations activations, TokenIndex tokens, int batch, int length)
    {
        Embed(model, activations, tokens, batch, length);
        for (int layer = 0; layer < model.Config.Layers; layer++) Block(model, activations, layer, batch, length);
        FinalNorm(model, activations, batch * length);
    }

    /// <summary>The residual stream before the first block.</summary>
    public static void Embed(Gpt model, GptActivations activations, TokenIndex tokens, int batch, int length)
    {
        var p = model.Tensors;
        model.Kernels.Embedding.Forward(
            tokens, p.TokenEmbedding, p.PositionEmbedding, batch, length, model.Config.Channels, activations.Tensors.Embedded);
    }

    /// <summary>The residual stream after a block.</summary>
    public static void Block(Gpt model, GptActivations activations, int layer, int batch, int length)
    {
        var (p, block) = (model.Tensors.Blocks[layer], activations.Tensors.Blocks[layer]);
        UpToGelu(model, p, block, activations.Tensors.InputOf(layer), batch, length);
        Contract(model, p, block, batch * length);
    }

    /// <summary>A block without its last product: all that its backward pass reads.</summary>
    public static void UpToGelu(Gpt model, BlockTensors p, BlockActivations a, Tensor residual, int batch, int length)
    {
        var attention = new AttentionShape(batch, length, model.Config.Heads, model.Config.Heads, model.Config.HeadSize);
        Queries(model, p, a, residual, batch * length);
        model.Kernels.Attention.Forward(a.Qkv, attention, a.Attended, a.LogSumExp);
        AfterAttention(model, p, a, residual, batch * length);
    }

    /// <summary>A block's first norm, and queries, keys and values of n tokens.</summary>
    public static void Queries(Gpt model, BlockTensors p, BlockActivations a, Tensor residual, int n)
    {
        int c = model.Config.Channels;
        Norm(model, residual, p.Norm1, n, a.Norm1, a.Norm1Mean, a.Norm1Rstd);
        model.Kernels.MatMul.MultiplyBias(a.Norm1, p.Qkv.Weight, p.Qkv.Bias, new(n, 3 * c, c), a.Qkv);
    }

    /// <summary>From the heads' outputs to the GELU.</summary>
    public static void AfterAttention(Gpt model, BlockTensors p, BlockActivations a, Tensor residual, int n)
    {
        int c = model.Config.Channels;
        model.Kernels.MatMul.MultiplyBiasResidual(
            a.Attended, p.AttentionProjection.Weight, p.AttentionProjection.Bias, residual, new(n, c, c), a.Residual1);

        Norm(model, a.Residual1, p.Norm2, n, a.Norm2, a.Norm2Mean, a.Norm2Rstd);
        model.Kernels.MatMul.MultiplyBiasGelu(a.Norm2, p.Expand.Weight, p.Expand.Bias, new(n, 4 * c, c), a.PreActivation, a.Activated);
    }

    /// <summary>A block's last product: the residual stream that the next block reads.</summary>
    public static void Contract(Gpt model, BlockTensors p, BlockActivations a, int n)
    {
        int c = model.Config.Channels;
        model.Kernels.MatMul.MultiplyBiasResidual(
            a.Activated, p.Contract.Weight, p.Contract.Bias, a.Residual1, new(n, c, 4 * c), a.Residual2);
    }

    /// <summary>The norm behind the last block.</summary>
    public static void FinalNorm(Gpt model, GptActivations activations, int n)
    {
        var a = activations.Tensors;
        Norm(model, a.InputOf(model.Config.Layers), model.Tensors.FinalNorm, n, a.Normed, a.NormMean, a.NormRstd);
    }

    /// <summary>The outputs of a block's norms and GELU again, from what its forward pass kept.</summary>
    public static void NormsAndGelu(Gpt model, BlockTensors p, BlockActivations a, Tensor residual, int n)
    {
        Norm(model, residual, p.Norm1, n, a.Norm1, a.Norm1Mean, a.Norm1Rstd);
        Norm(model, a.Residual1, p.Norm2, n, a.Norm2, a.Norm2Mean, a.Norm2Rstd);
        model.Kernels.Gelu.Forward(a.PreActivation, 4L * n * model.Config.Channels, a.Activated);
    }

    /// <summary>Writes the logits [rows, V] of the tokens from <paramref name="firstRow"/> on: Normed wte^T.</summary>
    public static void Logits(Gpt model, GptActivations activations, int firstRow, int rows)
    {
        int c = model.Config.Channels, v = model.Config.VocabularySize;
        model.Kernels.MatMul.Multiply(
            activations.Tensors.Normed.SubView((long)firstRow * c, (long)rows * c), model.Tensors.TokenEmbedding,
            new(rows, v, c, TransposeB: true) { LeadingC = activations.LogitsStride }, activations.Tensors.Logits);
    }

    /// <summary>Writes each token's loss, chunk by chunk of logits, after <see cref="Run"/>.</summary>
    public static void Losses(Gpt model, GptActivations activations, ArrayView<int> targets, int n)
    {
        int v = model.Config.VocabularySize, chunk = activations.LogitsRows;
        for (int row = 0; row < n; row += chunk)
        {
            int rows = Math.Min(chunk, n - row);
            Logits(model, activations, row, rows);
            model.Kernels.CrossEntropy.Forward(
                activations.Tensors.Logits, targets.SubView(row, rows), rows, v, activations.LogitsStride,
                activations.Tensors.Losses.SubView(row, rows));
        }
    }

    static void Norm(Gpt model, Tensor x, NormTensors norm, int n, Tensor y, ArrayView<float> mean, ArrayView<float> rstd) =>
        model.Kernels.LayerNorm.Forward(
            x, norm.Weight, norm.Bias, model.Config.LayerNormEpsilon, n, model.Config.Channels, y, mean, rstd);
}
