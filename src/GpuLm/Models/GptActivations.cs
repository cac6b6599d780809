using GpuLm.Kernels.Attention;
using GpuLm.Kernels.Common;
using GpuLm.Tensors;
using ILGPU;

namespace GpuLm.Models;

/// <summary>What a forward pass leaves behind, for up to B sequences of T tokens. Sizes in comments: N = B T tokens, C channels, H heads.</summary>
public sealed class GptActivations : IDisposable
{
    /// <summary>Logits are made for at most this many elements at a time.</summary>
    const long LogitsElements = 16 << 20;

    readonly Arena arena;

    /// <summary>Allocates the activations.</summary>
    /// <param name="device">The device.</param>
    /// <param name="config">The model's shape.</param>
    /// <param name="batch">B, the largest batch.</param>
    /// <param name="length">T, the longest sequence.</param>
    /// <param name="keepForBackward">Whether each block keeps its own; otherwise all blocks share one set.</param>
    public GptActivations(ComputeDevice device, GptConfig config, int batch, int length, bool keepForBackward)
    {
        Guard.Positive(batch);
        Guard.Positive(length);
        (Batch, Length, KeepsForBackward) = (batch, length, keepForBackward);
        arena = new Arena(device, RequiredLength(config, batch, length, keepForBackward), "activations");
        Tensors = new(config, batch, length, keepForBackward, new ArenaCutter(arena.View));
    }

    /// <summary>B, the largest batch.</summary>
    public int Batch { get; }

    /// <summary>T, the longest sequence.</summary>
    public int Length { get; }

    /// <summary>Whether a backward pass can follow.</summary>
    public bool KeepsForBackward { get; }

    /// <summary>The tensors.</summary>
    public ActivationTensors Tensors { get; }

    /// <summary>Elements that the activations need.</summary>
    public static long RequiredLength(GptConfig config, int batch, int length, bool keepForBackward)
    {
        var counter = new ArenaCutter();
        _ = new ActivationTensors(config, batch, length, keepForBackward, counter);
        return counter.Length;
    }

    /// <summary>Rows of logits that exist at once.</summary>
    public static int LogitsRows(GptConfig config, int rows)
    {
        ArgumentNullException.ThrowIfNull(config);
        return (int)Math.Clamp(LogitsElements / config.VocabularySize, 1, rows);
    }

    /// <inheritdoc/>
    public void Dispose() => arena.Dispose();
}

/// <summary>The tensors of <see cref="GptActivations"/>.</summary>
public sealed class ActivationTensors
{
    internal ActivationTensors(GptConfig config, int batch, int length, bool keepForBackward, ArenaCutter cutter)
    {
        long n = (long)batch * length, c = config.Channels;
        Embedded = cutter.Take(n * c);
        var blocks = new List<BlockActivations>();
        for (int layer = 0; layer < config.Layers; layer++)
        {
            bool ownSet = keepForBackward || layer == 0;
            blocks.Add(ownSet ? new BlockActivations(config, batch, length, cutter) : blocks[0]);
        }
        Blocks = blocks;
        Normed = cutter.Take(n * c);
        NormMean = cutter.Take(n);
        NormRstd = cutter.Take(n);
        Logits = cutter.Take((long)GptActivations.LogitsRows(config, (int)n) * config.VocabularySize);
        Losses = cutter.Take(n);
    }

    /// <summary>[N, C], the residual stream before the first block.</summary>
    public ArrayView<float> Embedded { get; }

    /// <summary>Each block's, first to last.</summary>
    public IReadOnlyList<BlockActivations> Blocks { get; }

    /// <summary>[N, C], after the final norm.</summary>
    public ArrayView<float> Normed { get; }

    /// <summary>[N], the final norm's means.</summary>
    public ArrayView<float> NormMean { get; }

    /// <summary>[N], the final norm's reciprocal standard deviations.</summary>
    public ArrayView<float> NormRstd { get; }

    /// <summary>[rows, V], a chunk of rows at a time; their gradient after a backward pass.</summary>
    public ArrayView<float> Logits { get; }

    /// <summary>[N], each token's loss in nats.</summary>
    public ArrayView<float> Losses { get; }
}

/// <summary>One block's activations, in the order in which a token meets them.</summary>
public sealed class BlockActivations
{
    internal BlockActivations(GptConfig config, int batch, int length, ArenaCutter cutter)
    {
        long n = (long)batch * length, c = config.Channels;
        Norm1 = cutter.Take(n * c);
        Norm1Mean = cutter.Take(n);
        Norm1Rstd = cutter.Take(n);
        Qkv = cutter.Take(3 * n * c);
        Attended = cutter.Take(n * c);
        LogSumExp = cutter.Take(n * config.Heads);
        Residual1 = cutter.Take(n * c);
        Norm2 = cutter.Take(n * c);
        Norm2Mean = cutter.Take(n);
        Norm2Rstd = cutter.Take(n);
        PreActivation = cutter.Take(4 * n * c);
        Activated = cutter.Take(4 * n * c);
        Residual2 = cutter.Take(n * c);
    }

    /// <summary>[N, C], after ln_1.</summary>
    public ArrayView<float> Norm1 { get; }

    /// <summary>[N].</summary>
    public ArrayView<float> Norm1Mean { get; }

    /// <summary>[N].</summary>
    public ArrayView<float> Norm1Rstd { get; }

    /// <summary>[N, 3C]: queries, keys, values.</summary>
    public ArrayView<float> Qkv { get; }

    /// <summary>[N, C], the heads' outputs.</summary>
    public ArrayView<float> Attended { get; }

    /// <summary>[B, H, T].</summary>
    public ArrayView<float> LogSumExp { get; }

    /// <summary>[N, C], the residual stream after attention.</summary>
    public ArrayView<float> Residual1 { get; }

    /// <summary>[N, C], after ln_2.</summary>
    public ArrayView<float> Norm2 { get; }

    /// <summary>[N].</summary>
    public ArrayView<float> Norm2Mean { get; }

    /// <summary>[N].</summary>
    public ArrayView<float> Norm2Rstd { get; }

    /// <summary>[N, 4C], before the GELU.</summary>
    public ArrayView<float> PreActivation { get; }

    /// <summary>[N, 4C], after the GELU.</summary>
    public ArrayView<float> Activated { get; }

    /// <summary>[N, C], the residual stream after the block.</summary>
    public ArrayView<float> Residual2 { get; }
}
