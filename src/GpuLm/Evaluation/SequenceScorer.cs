using GpuLm.Kernels.Common;
using GpuLm.Models;
using GpuLm.Training;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Evaluation;

/// <summary>Measures how likely a model finds tokens, many sequences at a time.</summary>
public sealed class SequenceScorer : IDisposable
{
    const int NoTarget = -1;

    /// <summary>Tokens of a batch where the caller does not choose: enough to keep a device busy.</summary>
    const int TokensAtOnce = 8192;

    readonly Gpt model;
    readonly int batch;
    readonly GptActivations activations;
    readonly TokenBatch tokens;
    readonly float[] losses;

    /// <summary>Allocates the activations of a batch.</summary>
    /// <param name="model">The model; the caller disposes it after the scorer.</param>
    /// <param name="length">Most tokens that the model reads of a sequence, at most its context.</param>
    /// <param name="batch">Sequences at a time; nothing means as many as make 8192 tokens, at least 1.</param>
    /// <exception cref="ArgumentException">The length is longer than the model's context, or a size is not positive.</exception>
    /// <exception cref="GpuLmException">The device has not enough memory.</exception>
    public SequenceScorer(Gpt model, int length, int? batch = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, model.Config.ContextLength);
        this.model = model;
        this.batch = batch ?? DefaultBatch(length);
        Length = length;
        activations = new GptActivations(model, this.batch, length, backward: null);
        tokens = new TokenBatch(model.Device, model.Config, this.batch, length);
        losses = new float[this.batch * length];
    }

    /// <summary>Most tokens that the model reads of a sequence.</summary>
    public int Length { get; }

    /// <summary>Sequences at a time where the caller does not choose.</summary>
    public static int DefaultBatch(int length) => Math.Max(1, TokensAtOnce / length);

    /// <summary>
    /// Bytes that a scorer needs on the device beside its model; <see cref="long.MaxValue"/> where its tokens cannot be counted.
    /// </summary>
    public static long RequiredBytes(GptConfig config, ModelFormat format, int length, int batch)
    {
        ArgumentNullException.ThrowIfNull(format);
        if ((long)batch * length > int.MaxValue) return long.MaxValue;
        var plan = new ActivationPlan(batch, length, format.Precision, Backward: null);
        return plan.RequiredBytes(config) + TokenBatch.RequiredBytes(plan.Tokens);
    }

    /// <summary>
    /// The loss of each item's sequence, -log P(scored tokens | tokens before them) in nats, summed over its scored tokens. Items are
    /// taken as they are needed, a batch at a time, and come back in their order; a batch is padded to its longest sequence, which changes
    /// no result, because a token sees only those before it.
    /// </summary>
    /// <param name="items">What is measured.</param>
    /// <param name="sequence">An item's sequence.</param>
    /// <exception cref="ArgumentException">A sequence is longer than <see cref="Length"/>, or scores none or all of its tokens.</exception>
    /// <exception cref="GpuLmException">A token is not in the model's vocabulary, or its loss is not finite.</exception>
    public IEnumerable<(T Item, double Loss)> Score<T>(IEnumerable<T> items, Func<T, ScoredSequence> sequence)
    {
        foreach (T[] chunk in items.Chunk(batch))
        {
            double[] sums = Score([.. chunk.Select(sequence)]);
            for (int row = 0; row < chunk.Length; row++) yield return (chunk[row], sums[row]);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        tokens.Dispose();
        activations.Dispose();
    }

    double[] Score(ScoredSequence[] rows)
    {
        int length = rows.Max(row => row.Length), n = rows.Length * length;
        for (int row = 0; row < rows.Length; row++) Fill(rows[row], row * length, length);
        tokens.Upload(n);
        GptForward.Run(model, activations, tokens.Inputs, rows.Length, length);
        GptForward.Losses(model, activations, tokens.Targets, n);
        activations.Tensors.Losses.SubView(0, n).CopyToCPU(model.Device.Stream, losses.AsSpan(0, n));
        model.Device.Synchronize();
        return [.. Enumerable.Range(0, rows.Length).Select(row => Sum(losses.AsSpan(row * length, length)))];
    }

    void Fill(ScoredSequence sequence, int start, int length)
    {
        int used = sequence.Length;
        Guard.Require(used <= Length, $"A sequence of {used} tokens is longer than {Length}.", nameof(sequence));
        Guard.Require(
            sequence.Scored >= 1 && sequence.Scored <= used, $"{sequence.Scored} of a sequence's {used + 1} tokens cannot be predicted.",
            nameof(sequence));
        Span<int> inputs = tokens.HostInputs.AsSpan(start, length), targets = tokens.HostTargets.AsSpan(start, length);
        sequence.Tokens.Span[..^1].CopyTo(inputs);
        inputs[used..].Clear();
        targets.Fill(NoTarget);
        sequence.Predicted.Span.CopyTo(targets[(used - sequence.Scored)..]);
    }

    static double Sum(ReadOnlySpan<float> losses)
    {
        double sum = 0;
        foreach (float loss in losses) sum += loss;
        return double.IsFinite(sum)
            ? sum
            : throw new GpuLmException(
                "The model's loss is not finite: some of its parameters are not, or are too large. Take an earlier checkpoint.");
    }
}
