namespace GpuLm.Evaluation;

/// <summary>
/// Cuts a text into windows of at most the context, so that each token but the first is predicted exactly once. A window predicts the
/// next <c>stride</c> tokens and starts early enough to fill the context: each of them is predicted from at least context - stride + 1
/// tokens, save where the text itself has fewer before it.
/// </summary>
/// <remarks>Hugging Face, "Perplexity of fixed-length models", https://huggingface.co/docs/transformers/perplexity.</remarks>
public static class SlidingWindow
{
    /// <summary>The windows of a text, in order. The first predicts a whole context.</summary>
    /// <param name="tokens">The text; one of a single token has no window.</param>
    /// <param name="context">Tokens that the model reads, 1 or more.</param>
    /// <param name="stride">Tokens that a window predicts, from 1 to the context.</param>
    /// <exception cref="GpuLmException">The stride is not from 1 to the context.</exception>
    public static IEnumerable<ScoredSequence> Over(ReadOnlyMemory<int> tokens, int context, int stride)
    {
        if (stride < 1 || stride > context)
        {
            throw new GpuLmException(
                $"A stride of {stride} does not fit a context of {context} tokens: windows would leave tokens out. "
                + $"Give --stride a number from 1 to {context}.");
        }
        return Cut(tokens, context, stride);
    }

    static IEnumerable<ScoredSequence> Cut(ReadOnlyMemory<int> tokens, int context, int stride)
    {
        for (int next = 1, end; next < tokens.Length; next = end)
        {
            end = Math.Min(tokens.Length, next + (next == 1 ? context : stride));
            int start = Math.Max(0, end - context - 1);
            yield return new ScoredSequence(tokens[start..end], end - next);
        }
    }
}
