namespace GpuLm.Generation;

/// <summary>Continues a sequence of tokens, one at a time, with a model's predictions.</summary>
/// <param name="nextTokenLogits">The model: logits of the token that follows the given ones.</param>
/// <param name="contextLength">The longest sequence the model takes; of a longer text it sees the end.</param>
/// <param name="sampler">Draws tokens from logits.</param>
public sealed class TextGenerator(Func<ReadOnlySpan<int>, float[]> nextTokenLogits, int contextLength, Sampler sampler)
{
    /// <summary>Generates tokens as they are asked for.</summary>
    /// <param name="prompt">The tokens to continue; 1 or more.</param>
    /// <param name="count">Tokens to generate.</param>
    /// <exception cref="GpuLmException">The prompt is empty, or the model's logits are not finite.</exception>
    public IEnumerable<int> Generate(IReadOnlyList<int> prompt, int count)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (prompt.Count == 0) throw new GpuLmException("The prompt is empty; a model continues at least one token. Give a prompt.");
        return Continue(prompt, count);
    }

    IEnumerable<int> Continue(IReadOnlyList<int> prompt, int count)
    {
        var window = new int[contextLength];
        int length = Math.Min(prompt.Count, contextLength);
        for (int i = 0; i < length; i++) window[i] = prompt[prompt.Count - length + i];
        for (int generated = 0; generated < count; generated++)
        {
            int token = sampler.Sample(nextTokenLogits(window.AsSpan(0, length)));
            yield return token;
            if (length == contextLength)
            {
                window.AsSpan(1).CopyTo(window);
                length--;
            }
            window[length++] = token;
        }
    }
}
