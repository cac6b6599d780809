namespace GpuLm.Models;

/// <summary>A model that continues several sequences side by side, each in a slot of its own.</summary>
public interface ITokenPredictor
{
    /// <summary>The longest sequence, in tokens.</summary>
    int ContextLength { get; }

    /// <summary>V, tokens that there are.</summary>
    int VocabularySize { get; }

    /// <summary>Sequences that there is room for.</summary>
    int Slots { get; }

    /// <summary>Starts a sequence in a slot, in place of what was there.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="tokens">The sequence, 1 to context tokens.</param>
    /// <param name="logits">[V], of the token that follows; overwritten.</param>
    /// <exception cref="ArgumentException">An argument is out of range.</exception>
    void Begin(int slot, ReadOnlySpan<int> tokens, Span<float> logits);

    /// <summary>Adds a token to each of some sequences, which must have room for it.</summary>
    /// <param name="slots">Slots whose sequences have begun, each once.</param>
    /// <param name="tokens">The token of each.</param>
    /// <param name="logits">[slots, V], of the tokens that follow; overwritten.</param>
    /// <exception cref="ArgumentException">An argument is out of range, or a sequence has the whole context already.</exception>
    void Advance(ReadOnlySpan<int> slots, ReadOnlySpan<int> tokens, Span<float> logits);
}
