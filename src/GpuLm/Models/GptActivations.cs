using GpuLm.Kernels.Common;
using GpuLm.Tensors;
using ILGPU;

namespace GpuLm.Models;

/// <summary>
/// What a forward pass leaves behind, for up to B sequences of T tokens. Sizes in comments: N = B T tokens, C channels, H heads.
/// </summary>
public sealed class GptActivations : IDisposable
{
    readonly Arena arena;

    /// <summary>Allocates the activations.</summary>
    /// <param name="model">The model.</param>
    /// <param name="batch">B, the largest batch.</param>
    /// <param name="length">T, the longest sequence.</param>
    /// <param name="backward">What a backward pass computes again; null where none follows.</param>
    /// <exception cref="GpuLmException">The device has not enough memory.</exception>
    public GptActivations(Gpt model, int batch, int length, Recompute? backward)
        : this(Require(model), new ActivationPlan(batch, length, Require(model).Format.Precision, backward))
    {
    }

    internal GptActivations(Gpt model, ActivationPlan plan)
    {
        Guard.Positive(plan.Batch);
        Guard.Positive(plan.Length);
        Plan = plan;
        arena = new Arena(model.Device, plan.RequiredBytes(model.Config), "activations");
        Tensors = new(model.Config, plan, new ArenaCutter(arena.View));
        (LogitsRows, LogitsStride) = (plan.LogitsRows(model.Config), plan.LogitsStride(model.Config));
    }

    /// <summary>What it holds.</summary>
    public ActivationPlan Plan { get; }

    /// <summary>Rows of logits that exist at once.</summary>
    public int LogitsRows { get; }

    /// <summary>Elements from one row of logits to the next, at least V.</summary>
    public int LogitsStride { get; }

    /// <summary>The tensors.</summary>
    public ActivationTensors Tensors { get; }

    internal long Bytes => arena.Bytes;

    /// <inheritdoc/>
    public void Dispose() => arena.Dispose();

    static Gpt Require(Gpt model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model;
    }
}

/// <summary>The tensors of <see cref="GptActivations"/>.</summary>
public sealed class ActivationTensors
{
    internal ActivationTensors(GptConfig config, ActivationPlan plan, ArenaCutter cutter)
    {
        long n = plan.Tokens, c = config.Channels;
        Embedded = cutter.Take(plan.Numbers, n * c);
        var blocks = new List<BlockActivations>();
        for (int layer = 0; layer < config.Layers; layer++)
        {
            blocks.Add(new BlockActivations(config, plan, layer == 0 ? null : blocks[0], cutter));
        }
        Blocks = blocks;
        Normed = cutter.Take(plan.Numbers, n * c);
        NormMean = cutter.TakeFp32(n);
        NormRstd = cutter.TakeFp32(n);
        Logits = cutter.Take(plan.Numbers, (long)plan.LogitsRows(config) * plan.LogitsStride(config));
        Losses = cutter.TakeFp32(n);
    }

    /// <summary>[N, C], the residual stream before the first block.</summary>
    public Tensor Embedded { get; }

    /// <summary>Each block's, first to last.</summary>
    public IReadOnlyList<BlockActivations> Blocks { get; }

    /// <summary>[N, C], after the final norm.</summary>
    public Tensor Normed { get; }

    /// <summary>[N], the final norm's means.</summary>
    public ArrayView<float> NormMean { get; }

    /// <summary>[N], the final norm's reciprocal standard deviations.</summary>
    public ArrayView<float> NormRstd { get; }

    /// <summary>[rows, stride], a chunk of rows at a time, of which V columns count; their gradient after a backward pass.</summary>
    public Tensor Logits { get; }

    /// <summary>[N], each token's loss in nats.</summary>
    public ArrayView<float> Losses { get; }

    /// <summary>The residual stream [N, C] that a block reads.</summary>
    internal Tensor InputOf(int layer) => layer == 0 ? Embedded : Blocks[layer - 1].Residual2;
}
