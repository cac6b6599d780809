using GpuLm.Kernels.AdamW;
using GpuLm.Kernels.Attention;
using GpuLm.Kernels.BiasGradient;
using GpuLm.Kernels.CachedAttention;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.CrossEntropy;
using GpuLm.Kernels.Embedding;
using GpuLm.Kernels.Gelu;
using GpuLm.Kernels.GradientNorm;
using GpuLm.Kernels.LayerNorm;
using GpuLm.Kernels.MatMul;
using GpuLm.Kernels.Reduction;
using GpuLm.Kernels.ResidualAdd;

namespace GpuLm.Models;

/// <summary>The launchers that a GPT needs, compiled once for a device.</summary>
/// <param name="device">The device.</param>
/// <param name="precision">In which numbers matrices are multiplied; tensors in bf16 choose their kernels by themselves.</param>
public sealed class GptKernels(ComputeDevice device, Precision precision) : IDisposable
{
    internal MatMul MatMul { get; } = new(device, precision == Precision.Tf32 ? MatMulPrecision.Tf32 : MatMulPrecision.Fp32);

    internal LayerNorm LayerNorm { get; } = new(device);

    internal Attention Attention { get; } = new(device);

    internal CachedAttention CachedAttention { get; } = new(device);

    internal Embedding Embedding { get; } = new(device);

    internal Gelu Gelu { get; } = new(device);

    internal BiasGradient BiasGradient { get; } = new(device);

    internal CrossEntropy CrossEntropy { get; } = new(device);

    internal ResidualAdd ResidualAdd { get; } = new(device);

    internal Reduction Reduction { get; } = new(device);

    internal GradientNorm GradientNorm { get; } = new(device);

    internal AdamW AdamW { get; } = new(device);

    /// <inheritdoc/>
    public void Dispose() => AdamW.Dispose();
}
