using System.Runtime.CompilerServices;
using GpuLm.Kernels.AdamW;
using GpuLm.Kernels.Attention;
using GpuLm.Kernels.BiasGradient;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.CrossEntropy;
using GpuLm.Kernels.Embedding;
using GpuLm.Kernels.Gelu;
using GpuLm.Kernels.LayerNorm;
using GpuLm.Kernels.MatMul;
using ILGPU;

namespace GpuLm.Models;

/// <summary>Launchers over <see cref="Tensor"/> for operations that have fp32 kernels only; an operation's own methods go first.</summary>
static class TensorLaunchers
{
    static readonly ConditionalWeakTable<AdamW, StrongBox<AdamWStep>> Prepared = [];

    public static void Multiply(this MatMul op, Tensor a, Tensor b, MatMulShape shape, Tensor c, float beta = 0) =>
        op.Multiply(a.AsFp32(), b.AsFp32(), shape, c.AsFp32(), beta);

    public static void MultiplyBias(this MatMul op, Tensor a, Tensor b, ArrayView<float> bias, MatMulShape shape, Tensor c) =>
        op.MultiplyBias(a.AsFp32(), b.AsFp32(), bias, shape, c.AsFp32());

    public static void MultiplyBiasGelu(
        this MatMul op, Tensor a, Tensor b, ArrayView<float> bias, MatMulShape shape, Tensor preActivation, Tensor c) =>
        op.MultiplyBiasGelu(a.AsFp32(), b.AsFp32(), bias, shape, preActivation.AsFp32(), c.AsFp32());

    public static void MultiplyBiasResidual(
        this MatMul op, Tensor a, Tensor b, ArrayView<float> bias, Tensor residual, MatMulShape shape, Tensor c) =>
        op.MultiplyBiasResidual(a.AsFp32(), b.AsFp32(), bias, residual.AsFp32(), shape, c.AsFp32());

    public static void MultiplyGeluGradient(this MatMul op, Tensor a, Tensor b, Tensor preActivation, MatMulShape shape, Tensor c) =>
        op.MultiplyGeluGradient(a.AsFp32(), b.AsFp32(), preActivation.AsFp32(), shape, c.AsFp32());

    public static void Forward(this Attention op, Tensor qkv, AttentionShape shape, Tensor output, ArrayView<float> logSumExp) =>
        op.Forward(qkv.AsFp32(), shape, output.AsFp32(), logSumExp);

    public static void Backward(
        this Attention op, Tensor dOutput, Tensor qkv, Tensor output, ArrayView<float> logSumExp, AttentionShape shape, Tensor dQkv) =>
        op.Backward(dOutput.AsFp32(), qkv.AsFp32(), output.AsFp32(), logSumExp, shape, dQkv.AsFp32());

    public static void Forward(
        this Embedding op, TokenIndex tokens, Tensor wte, Tensor wpe, int batch, int length, int channels, Tensor output) =>
        op.Forward(tokens, wte.AsFp32(), wpe.AsFp32(), batch, length, channels, output.AsFp32());

    public static void Backward(
        this Embedding op, Tensor dOutput, TokenIndex tokens, int batch, int length, int channels, int contextLength,
        ArrayView<float> dWte, ArrayView<float> dWpe, bool accumulate) =>
        op.Backward(dOutput.AsFp32(), tokens, batch, length, channels, contextLength, dWte, dWpe, accumulate);

    public static void Forward(
        this LayerNorm op, Tensor x, ArrayView<float> weight, ArrayView<float> bias, float epsilon, int rows, int columns, Tensor y,
        ArrayView<float> mean, ArrayView<float> rstd) =>
        op.Forward(x.AsFp32(), weight, bias, epsilon, rows, columns, y.AsFp32(), mean, rstd);

    public static void Backward(
        this LayerNorm op, Tensor dY, Tensor x, ArrayView<float> weight, ArrayView<float> mean, ArrayView<float> rstd, int rows, int columns,
        Tensor dX, ArrayView<float> dWeight, ArrayView<float> dBias, bool accumulate) =>
        op.Backward(dY.AsFp32(), x.AsFp32(), weight, mean, rstd, rows, columns, dX.AsFp32(), dWeight, dBias, accumulate);

    public static void BackwardWithResidual(
        this LayerNorm op, Tensor dY, Tensor x, ArrayView<float> weight, ArrayView<float> mean, ArrayView<float> rstd, Tensor dResidual,
        int rows, int columns, Tensor dX, ArrayView<float> dWeight, ArrayView<float> dBias, bool accumulate) =>
        op.BackwardWithResidual(
            dY.AsFp32(), x.AsFp32(), weight, mean, rstd, dResidual.AsFp32(), rows, columns, dX.AsFp32(), dWeight, dBias, accumulate);

    public static void Forward(this Gelu op, Tensor x, long count, Tensor y) => op.Forward(x.AsFp32(), count, y.AsFp32());

    public static void Forward(
        this CrossEntropy op, Tensor logits, ArrayView<int> targets, int rows, int vocabulary, int stride, ArrayView<float> losses) =>
        op.Forward(logits.AsFp32(), targets, rows, vocabulary, stride, losses);

    public static void ForwardBackward(
        this CrossEntropy op, Tensor logits, ArrayView<int> targets, int rows, int vocabulary, int stride, float gradientScale,
        ArrayView<float> losses) =>
        op.ForwardBackward(logits.AsFp32(), targets, rows, vocabulary, stride, gradientScale, losses);

    public static void WriteBiasGradient(this BiasGradient op, Tensor dY, int rows, int columns, ArrayView<float> dBias) =>
        op.WriteBiasGradient(dY.AsFp32(), rows, columns, dBias);

    public static void AddBiasGradient(this BiasGradient op, Tensor dY, int rows, int columns, ArrayView<float> dBias) =>
        op.AddBiasGradient(dY.AsFp32(), rows, columns, dBias);

    public static void Prepare(this AdamW op, AdamWStep numbers) => Prepared.AddOrUpdate(op, new StrongBox<AdamWStep>(numbers));

    public static void Step(
        this AdamW op, ArrayView<float> parameters, ArrayView<float> gradients, ArrayView<float> first, ArrayView<float> second,
        ArrayView<float> gradientNorm, long length, long decayLength) =>
        op.Step(parameters, gradients, first, second, gradientNorm, length, decayLength, Prepared.GetOrCreateValue(op).Value);

    public static void Step(
        this AdamW op, ArrayView<float> parameters, ArrayView<float> gradients, ArrayView<float> first, ArrayView<float> second,
        ArrayView<float> gradientNorm, long length, long decayLength, ArrayView<BFloat16> matrices) =>
        throw new NotSupportedException($"{op} has no kernel for {length} parameters with {matrices.Length} copies in bf16.");

    public static void StepWithoutMasters(
        this AdamW op, ArrayView<BFloat16> matrices, ArrayView<float> vectors, ArrayView<float> gradients, ArrayView<float> first,
        ArrayView<float> second, ArrayView<float> gradientNorm, long length, long decayLength, ulong seed) =>
        throw new NotSupportedException($"{op} has no kernel for {matrices.Length} parameters in bf16 (seed {seed}).");
}
