namespace GpuLm.Generation;

/// <summary>
/// The tokens of a text that a model sees. A prompt that is longer than the context loses its beginning. When a text outgrows the context,
/// the model goes on with the later half of it: positions are learned, so what stays moves to the front and passes through the model again,
/// once in half a context of tokens.
/// </summary>
sealed class ContextWindow
{
    readonly int[] tokens;

    /// <summary>The window of a prompt.</summary>
    /// <param name="prompt">1 token or more.</param>
    /// <param name="contextLength">The most that a model sees.</param>
    public ContextWindow(IReadOnlyList<int> prompt, int contextLength)
    {
        tokens = new int[contextLength];
        Length = Math.Min(prompt.Count, contextLength);
        for (int i = 0; i < Length; i++) tokens[i] = prompt[prompt.Count - Length + i];
    }

    /// <summary>What the model sees.</summary>
    public ReadOnlySpan<int> Tokens => tokens.AsSpan(0, Length);

    int Length { get; set; }

    /// <summary>Adds a token.</summary>
    /// <returns>Whether the window moved, so that the model must begin with it anew.</returns>
    public bool Add(int token)
    {
        bool moves = Length == tokens.Length;
        if (moves)
        {
            int kept = (tokens.Length - 1) / 2;
            tokens.AsSpan(Length - kept).CopyTo(tokens);
            Length = kept;
        }
        tokens[Length++] = token;
        return moves;
    }
}
