using GpuLm.Models;

namespace GpuLm.Tests.Models;

/// <summary>The reference without a cache: each token is predicted from its whole sequence anew.</summary>
sealed class RecomputingPredictor(Gpt model, int slots) : ITokenPredictor, IDisposable
{
    readonly GptInference inference = new(model);
    readonly List<int>[] sequences = [.. Enumerable.Range(0, slots).Select(_ => new List<int>())];

    public int ContextLength => model.Config.ContextLength;

    public int VocabularySize => model.Config.VocabularySize;

    public int Slots => slots;

    public void Begin(int slot, ReadOnlySpan<int> tokens, Span<float> logits)
    {
        sequences[slot] = [.. tokens];
        inference.NextTokenLogits(tokens).CopyTo(logits);
    }

    public void Advance(ReadOnlySpan<int> slots, ReadOnlySpan<int> tokens, Span<float> logits)
    {
        for (int row = 0; row < slots.Length; row++)
        {
            sequences[slots[row]].Add(tokens[row]);
            inference.NextTokenLogits(sequences[slots[row]].ToArray()).CopyTo(logits[(row * VocabularySize)..]);
        }
    }

    public void Dispose() => inference.Dispose();
}
