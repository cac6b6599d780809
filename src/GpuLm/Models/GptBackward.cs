using GpuLm.Kernels.Attention;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Embedding;
using GpuLm.Kernels.MatMul;
using ILGPU;

namespace GpuLm.Models;

/// <summary>
/// The backward pass, layer by layer from the top, after <see cref="GptForward.Run"/> on the same tokens. The gradient of a linear layer
/// y = x W + b is dX = dY W^T, dW = X^T dY, db = the sum of dY's rows.
/// </summary>
static class GptBackward
{
    /// <summary>
    /// Writes each token's loss and the gradient of lossScale times their sum.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="activations">What the forward pass left.</param>
    /// <param name="gradients">Where the gradients go.</param>
    /// <param name="tokens">[B, T].</param>
    /// <param name="targets">[B, T], the token that follows each.</param>
    /// <param name="batch">B.</param>
    /// <param name="length">T.</param>
    /// <param name="lossScale">1 / N for the gradient of the mean loss.</param>
    /// <param name="accumulate">Whether the parameters' gradients are added to what is there, or overwrite it.</param>
    public static void Run(
        Gpt model, GptActivations activations, GptGradients gradients, TokenIndex tokens, ArrayView<int> targets, int batch, int length,
        float lossScale, bool accumulate)
    {
        Head(model, activations, gradients, targets, batch * length, lossScale, accumulate);
        FinalNorm(model, activations, gradients, batch * length, accumulate);
        for (int layer = model.Config.Layers - 1; layer >= 0; layer--)
        {
            Block(model, activations, gradients, layer, batch, length, accumulate);
        }
        Embedding(model, gradients, tokens, batch, length, accumulate);
    }

    /// <summary>Leaves the gradient of the last block's output in Residual.</summary>
    public static void FinalNorm(Gpt model, GptActivations activations, GptGradients gradients, int n, bool accumulate)
    {
        var (a, g, flow) = (activations.Tensors, gradients.Tensors.FinalNorm, gradients.Flow);
        model.Kernels.LayerNorm.Backward(
            flow.Narrow, a.InputOf(model.Config.Layers), model.Tensors.FinalNorm.Weight, a.NormMean, a.NormRstd, n, model.Config.Channels,
            flow.Residual, g.Weight, g.Bias, accumulate);
    }

    /// <summary>Takes the gradient of a block's output in Residual to that of its input.</summary>
    public static void Block(
        Gpt model, GptActivations activations, GptGradients gradients, int layer, int batch, int length, bool accumulate)
    {
        var (p, block, residual) = (model.Tensors.Blocks[layer], activations.Tensors.Blocks[layer], activations.Tensors.InputOf(layer));
        // What the last block shares is still as its forward pass left it.
        if (layer < model.Config.Layers - 1)
        {
            if (activations.Plan.Backward == Recompute.Norms) GptForward.NormsAndGelu(model, p, block, residual, batch * length);
            if (activations.Plan.Backward == Recompute.Block) GptForward.UpToGelu(model, p, block, residual, batch, length);
        }
        Block(model, p, block, gradients.Tensors.Blocks[layer], gradients.Flow, residual, batch, length, accumulate);
    }

    /// <summary>The gradients of both embeddings. The head has written wte's already: this always adds to it.</summary>
    public static void Embedding(Gpt model, GptGradients gradients, TokenIndex tokens, int batch, int length, bool accumulate) =>
        model.Kernels.Embedding.Backward(
            gradients.Flow.Residual, tokens, batch, length, model.Config.Channels, model.Config.ContextLength,
            gradients.Tensors.TokenEmbedding.AsFp32(), gradients.Tensors.PositionEmbedding.AsFp32(), accumulate);

    /// <summary>
    /// Logits, loss and their gradient in chunks of rows, so that [N, V] logits never exist at once. Leaves dNormed in Narrow.
    /// </summary>
    public static void Head(
        Gpt model, GptActivations activations, GptGradients gradients, ArrayView<int> targets, int n, float lossScale, bool accumulate)
    {
        var (kernels, a, wte) = (model.Kernels, activations.Tensors, model.Tensors.TokenEmbedding);
        int c = model.Config.Channels, v = model.Config.VocabularySize, chunk = activations.LogitsRows, stride = activations.LogitsStride;
        for (int row = 0; row < n; row += chunk)
        {
            int rows = Math.Min(chunk, n - row);
            var normed = a.Normed.SubView((long)row * c, (long)rows * c);
            GptForward.Logits(model, activations, row, rows);
            kernels.CrossEntropy.ForwardBackward(
                a.Logits, targets.SubView(row, rows), rows, v, stride, lossScale, a.Losses.SubView(row, rows));
            kernels.MatMul.Multiply(
                a.Logits, wte, new(rows, c, v) { LeadingA = stride }, gradients.Flow.Narrow.SubView((long)row * c, (long)rows * c));
            kernels.MatMul.Multiply(
                a.Logits, normed, new(v, c, rows, TransposeA: true) { LeadingA = stride }, gradients.Tensors.TokenEmbedding,
                beta: accumulate || row > 0 ? 1 : 0);
        }
    }

    static void Block(
        Gpt model, BlockTensors p, BlockActivations a, BlockTensors g, FlowTensors flow, Tensor residual, int batch, int length,
        bool accumulate)
    {
        var kernels = model.Kernels;
        int n = batch * length, c = model.Config.Channels;
        var attention = new AttentionShape(batch, length, model.Config.Heads, model.Config.Heads, model.Config.HeadSize);

        // residual2 = residual1 + gelu(norm2 W + b) W + b
        Weights(model, a.Activated, flow.Residual, g.Contract, n, 4 * c, c, accumulate);
        kernels.MatMul.MultiplyGeluGradient(
            flow.Residual, p.Contract.Weight, a.PreActivation, new(n, 4 * c, c, TransposeB: true), flow.Wide);
        Weights(model, a.Norm2, flow.Wide, g.Expand, n, c, 4 * c, accumulate);
        kernels.MatMul.Multiply(flow.Wide, p.Expand.Weight, new(n, c, 4 * c, TransposeB: true), flow.Narrow);
        kernels.LayerNorm.BackwardWithResidual(
            flow.Narrow, a.Residual1, p.Norm2.Weight, a.Norm2Mean, a.Norm2Rstd, flow.Residual, n, c, flow.Residual,
            g.Norm2.Weight, g.Norm2.Bias, accumulate);

        // residual1 = residual + attention(norm1 W + b) W + b
        Weights(model, a.Attended, flow.Residual, g.AttentionProjection, n, c, c, accumulate);
        kernels.MatMul.Multiply(flow.Residual, p.AttentionProjection.Weight, new(n, c, c, TransposeB: true), flow.Narrow);
        kernels.Attention.Backward(flow.Narrow, a.Qkv, a.Attended, a.LogSumExp, attention, flow.Wide);
        Weights(model, a.Norm1, flow.Wide, g.Qkv, n, c, 3 * c, accumulate);
        kernels.MatMul.Multiply(flow.Wide, p.Qkv.Weight, new(n, c, 3 * c, TransposeB: true), flow.Narrow);
        kernels.LayerNorm.BackwardWithResidual(
            flow.Narrow, residual, p.Norm1.Weight, a.Norm1Mean, a.Norm1Rstd, flow.Residual, n, c, flow.Residual,
            g.Norm1.Weight, g.Norm1.Bias, accumulate);
    }

    /// <summary>dW (+)= X^T dY and db (+)= the sum of dY's rows, for X [N, in] and dY [N, out].</summary>
    static void Weights(Gpt model, Tensor x, Tensor dY, LinearTensors g, int n, int inputs, int outputs, bool accumulate)
    {
        model.Kernels.MatMul.Multiply(x, dY, new(inputs, outputs, n, TransposeA: true), g.Weight, beta: accumulate ? 1 : 0);
        if (accumulate) model.Kernels.BiasGradient.AddBiasGradient(dY, n, outputs, g.Bias);
        else model.Kernels.BiasGradient.WriteBiasGradient(dY, n, outputs, g.Bias);
    }
}
