using GpuLm.Kernels.Attention;
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
        var (kernels, parameters, a) = (model.Kernels, model.Parameters, activations.Tensors);
        int n = batch * length, c = model.Config.Channels;
        kernels.Embedding.Forward(tokens, parameters.TokenEmbedding, parameters.PositionEmbedding, batch, length, c, a.Embedded);
        var residual = a.Embedded;
        for (int layer = 0; layer < model.Config.Layers; layer++)
        {
            Block(model, parameters.Blocks[layer], a.Blocks[layer], residual, batch, length);
            residual = a.Blocks[layer].Residual2;
        }
        var norm = parameters.FinalNorm;
        kernels.LayerNorm.Forward(residual, norm.Weight, norm.Bias, model.Config.LayerNormEpsilon, n, c, a.Normed, a.NormMean, a.NormRstd);
    }

    static void Block(Gpt model, BlockTensors p, BlockActivations a, ArrayView<float> residual, int batch, int length)
    {
        var kernels = model.Kernels;
        int n = batch * length, c = model.Config.Channels;
        float epsilon = model.Config.LayerNormEpsilon;
        var attention = new AttentionShape(batch, length, model.Config.Heads, model.Config.Heads, model.Config.HeadSize);

        kernels.LayerNorm.Forward(residual, p.Norm1.Weight, p.Norm1.Bias, epsilon, n, c, a.Norm1, a.Norm1Mean, a.Norm1Rstd);
        kernels.MatMul.MultiplyBias(a.Norm1, p.Qkv.Weight, p.Qkv.Bias, new(n, 3 * c, c), a.Qkv);
        kernels.Attention.Forward(a.Qkv, attention, a.Attended, a.LogSumExp);
        kernels.MatMul.MultiplyBiasResidual(a.Attended, p.AttentionProjection.Weight, p.AttentionProjection.Bias, residual, new(n, c, c), a.Residual1);

        kernels.LayerNorm.Forward(a.Residual1, p.Norm2.Weight, p.Norm2.Bias, epsilon, n, c, a.Norm2, a.Norm2Mean, a.Norm2Rstd);
        kernels.MatMul.MultiplyBiasGelu(a.Norm2, p.Expand.Weight, p.Expand.Bias, new(n, 4 * c, c), a.PreActivation, a.Activated);
        kernels.MatMul.MultiplyBiasResidual(a.Activated, p.Contract.Weight, p.Contract.Bias, a.Residual1, new(n, c, 4 * c), a.Residual2);
    }

    /// <summary>Writes the logits [rows, V] of the tokens from <paramref name="firstRow"/> on: Normed wte^T.</summary>
    public static void Logits(Gpt model, GptActivations activations, int firstRow, int rows)
    {
        int c = model.Config.Channels;
        model.Kernels.MatMul.Multiply(
            activations.Tensors.Normed.SubView((long)firstRow * c, (long)rows * c), model.Parameters.TokenEmbedding,
            new(rows, model.Config.VocabularySize, c, TransposeB: true), activations.Tensors.Logits);
    }

    /// <summary>Writes each token's loss, chunk by chunk of logits, after <see cref="Run"/>.</summary>
    public static void Losses(Gpt model, GptActivations activations, ArrayView<int> targets, int n)
    {
        int v = model.Config.VocabularySize, chunk = GptActivations.LogitsRows(model.Config, n);
        for (int row = 0; row < n; row += chunk)
        {
            int rows = Math.Min(chunk, n - row);
            Logits(model, activations, row, rows);
            model.Kernels.CrossEntropy.Forward(
                activations.Tensors.Logits, targets.SubView(row, rows), rows, v, v, activations.Tensors.Losses.SubView(row, rows));
        }
    }
}
