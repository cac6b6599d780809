using GpuLm.Kernels.Common;
using GpuLm.Kernels.Embedding;
using GpuLm.Tensors;

namespace GpuLm.Models;

/// <summary>Forward passes without a backward pass: logits of a sequence, and of the token that follows one.</summary>
public sealed class GptInference : IDisposable
{
    readonly Gpt model;
    readonly GptActivations activations;
    readonly TokenIndex tokens;

    /// <summary>Allocates activations for one sequence of the model's whole context.</summary>
    /// <exception cref="GpuLmException">The device has not enough memory.</exception>
    public GptInference(Gpt model)
    {
        ArgumentNullException.ThrowIfNull(model);
        this.model = model;
        activations = new GptActivations(model, Plan(model.Config, model.Format));
        tokens = new TokenIndex(model.Device, model.Config.ContextLength, model.Config.VocabularySize);
    }

    /// <summary>Bytes on the device for one sequence of the model's whole context.</summary>
    public static long RequiredBytes(GptConfig config, ModelFormat format)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(format);
        return Plan(config, format).RequiredBytes(config) + TokenIndex.RequiredBytes(config.ContextLength);
    }

    /// <summary>The logits [V] of the token that follows <paramref name="sequence"/>, 1 to context tokens.</summary>
    /// <exception cref="ArgumentException">
    /// The sequence is empty, longer than the context, or holds an id beyond the vocabulary.
    /// </exception>
    public float[] NextTokenLogits(ReadOnlySpan<int> sequence)
    {
        Run(sequence);
        return ReadLogits(sequence.Length - 1);
    }

    /// <summary>The logits [T, V] after each token of a sequence, 1 to context tokens.</summary>
    /// <exception cref="ArgumentException">
    /// The sequence is empty, longer than the context, or holds an id beyond the vocabulary.
    /// </exception>
    public float[] Logits(ReadOnlySpan<int> sequence)
    {
        Run(sequence);
        var logits = new List<float>();
        for (int row = 0; row < sequence.Length; row++) logits.AddRange(ReadLogits(row));
        return [.. logits];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        tokens.Dispose();
        activations.Dispose();
    }

    void Run(ReadOnlySpan<int> sequence)
    {
        int context = model.Config.ContextLength;
        Guard.Require(
            sequence.Length >= 1 && sequence.Length <= context, $"A sequence has 1 to {context} tokens; this one has {sequence.Length}.",
            nameof(sequence));
        tokens.Load(sequence);
        GptForward.Run(model, activations, tokens, 1, sequence.Length);
    }

    float[] ReadLogits(int row)
    {
        GptForward.Logits(model, activations, row, rows: 1);
        return model.Device.Read(activations.Tensors.Logits.SubView(0, model.Config.VocabularySize));
    }

    static ActivationPlan Plan(GptConfig config, ModelFormat format) =>
        new(Batch: 1, config.ContextLength, format.Precision, Backward: null) { LogitsAtOnce = 1 };
}
