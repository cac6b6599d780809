using GpuLm.Models;

namespace GpuLm.Tests.Generation;

/// <summary>A model of bytes that predicts the byte after the last one, and remembers what it saw.</summary>
sealed class CountingPredictor(int contextLength, int slots = 1) : ITokenPredictor
{
    readonly List<int>[] sequences = [.. Enumerable.Range(0, slots).Select(_ => new List<int>())];

    /// <summary>Each call: the sequence of a beginning, or the slots that were advanced.</summary>
    public List<string> Calls { get; } = [];

    public int ContextLength => contextLength;

    public int VocabularySize => 256;

    public int Slots => slots;

    public void Begin(int slot, ReadOnlySpan<int> tokens, Span<float> logits)
    {
        Calls.Add($"begin {slot}: {string.Join(' ', tokens.ToArray())}");
        sequences[slot] = [.. tokens];
        Predict(slot, logits);
    }

    public void Advance(ReadOnlySpan<int> slots, ReadOnlySpan<int> tokens, Span<float> logits)
    {
        Calls.Add($"advance {string.Join(' ', slots.ToArray())}");
        for (int row = 0; row < slots.Length; row++)
        {
            sequences[slots[row]].Add(tokens[row]);
            if (sequences[slots[row]].Count > contextLength) throw new InvalidOperationException("The sequence outgrew the context.");
            Predict(slots[row], logits.Slice(row * VocabularySize, VocabularySize));
        }
    }

    void Predict(int slot, Span<float> logits)
    {
        logits.Clear();
        logits[(sequences[slot][^1] + 1) % VocabularySize] = 1;
    }
}
