using GpuLm.Kernels.Common;
using ILGPU;
using ILGPU.Runtime;
using Floats = ILGPU.ArrayView<float>;
using Ints = ILGPU.ArrayView<int>;

namespace GpuLm.Kernels.Embedding;

/// <summary>
/// Token plus position embedding: y[b, t] = wte[ids[b, t]] + wpe[t]. y is [B, T, C], wte [V, C], wpe [context, C] with T at most context.
/// </summary>
/// <param name="device">The device; gradients have the same bits for the same device and input.</param>
public sealed partial class Embedding(ComputeDevice device)
{
    readonly Action<AcceleratorStream, KernelConfig, Ints, Floats, Floats, int, int, int, Floats> forward =
        device.Load<Action<AcceleratorStream, KernelConfig, Ints, Floats, Floats, int, int, int, Floats>>(EmbeddingKernels.Forward);

    readonly Action<AcceleratorStream, KernelConfig, Floats, Ints, int, int, int, int, int, Floats, Floats> backwardByChannels =
        device.Load<Action<AcceleratorStream, KernelConfig, Floats, Ints, int, int, int, int, int, Floats, Floats>>(
            EmbeddingKernels.BackwardByChannels);

    readonly Action<AcceleratorStream, KernelConfig, Floats, int, int, int, int, int, Floats> backwardPositions =
        device.Load<Action<AcceleratorStream, KernelConfig, Floats, int, int, int, int, int, Floats>>(EmbeddingKernels.BackwardPositions);

    readonly Action<AcceleratorStream, KernelConfig, Floats, Ints, Ints, Ints, int, int, Floats> backwardTokens =
        device.Load<Action<AcceleratorStream, KernelConfig, Floats, Ints, Ints, Ints, int, int, Floats>>(EmbeddingKernels.BackwardTokens);

    /// <summary>Writes y[b, t] = wte[tokens[b, t]] + wpe[t].</summary>
    /// <exception cref="ArgumentException">The tokens are not B T many, a size is not positive or a view too short.</exception>
    public void Forward(TokenIndex tokens, Floats wte, Floats wpe, int batch, int sequence, int channels, Floats y)
    {
        Check(tokens, batch, sequence, channels, wte, y);
        Guard.Holds(wpe, (long)sequence * channels);
        forward(device.Stream, device.Rows(tokens.Count), tokens.Ids, wte, wpe, tokens.Count, sequence, channels, y);
    }

    /// <summary>
    /// Adds to dWte, always: the tied output projection has written its part of that gradient before. Adds to dWpe, [context, C], where
    /// <paramref name="accumulate"/>; else overwrites all of it, with zeros beyond the sequence.
    /// </summary>
    /// <exception cref="ArgumentException">The tokens are not B T many, a size is not positive or a view too short.</exception>
    public void Backward(
        Floats dY, TokenIndex tokens, int batch, int sequence, int channels, int context, Floats dWte, Floats dWpe, bool accumulate)
    {
        if (device.IsCpu) BackwardByChannels(dY, tokens, batch, sequence, channels, context, dWte, dWpe, accumulate);
        else BackwardByToken(dY, tokens, batch, sequence, channels, context, dWte, dWpe, accumulate);
    }

    internal void BackwardByChannels(
        Floats dY, TokenIndex tokens, int batch, int sequence, int channels, int context, Floats dWte, Floats dWpe, bool accumulate)
    {
        CheckBackward(dY, tokens, batch, sequence, channels, context, dWte, dWpe);
        backwardByChannels(
            device.Stream, device.Elements(channels), dY, tokens.Ids, batch, sequence, channels, context, accumulate ? 1 : 0, dWte, dWpe);
    }

    internal void BackwardByToken(
        Floats dY, TokenIndex tokens, int batch, int sequence, int channels, int context, Floats dWte, Floats dWpe, bool accumulate)
    {
        CheckBackward(dY, tokens, batch, sequence, channels, context, dWte, dWpe);
        backwardPositions(device.Stream, device.Rows(context), dY, batch, sequence, channels, context, accumulate ? 1 : 0, dWpe);
        backwardTokens(
            device.Stream, device.Rows(tokens.Count), dY, tokens.Tokens, tokens.Starts, tokens.Order, tokens.Count, channels, dWte);
    }

    static void CheckBackward(Floats dY, TokenIndex tokens, int batch, int sequence, int channels, int context, Floats dWte, Floats dWpe)
    {
        Check(tokens, batch, sequence, channels, dWte, dY);
        CheckTables(tokens, sequence, channels, context, dWte, dWpe);
    }

    static void CheckTables(TokenIndex tokens, int sequence, int channels, int context, Floats dWte, Floats dWpe)
    {
        Guard.Require(sequence <= context, $"The sequence of {sequence} is longer than the context of {context}.", nameof(sequence));
        Guard.Holds(dWte, (long)tokens.Vocabulary * channels);
        Guard.Holds(dWpe, (long)context * channels);
    }

    static void Check(TokenIndex tokens, int batch, int sequence, int channels, Floats wte, Floats activations)
    {
        CheckSizes(tokens, batch, sequence, channels);
        Guard.Holds(wte, (long)tokens.Vocabulary * channels);
        Guard.Holds(activations, (long)tokens.Count * channels);
    }

    static void CheckSizes(TokenIndex tokens, int batch, int sequence, int channels)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        Guard.Positive(batch);
        Guard.Positive(sequence);
        Guard.Positive(channels);
        Guard.Require(
            tokens.Count == (long)batch * sequence, $"The index holds {tokens.Count} ids; {batch} sequences of {sequence} need as many.",
            nameof(tokens));
    }
}
