using System.Text;
using GpuLm.Tokenization;

namespace GpuLm.Generation;

/// <summary>A text to continue.</summary>
/// <param name="Text">The text.</param>
/// <param name="Tokens">Its tokens, 1 or more. A model sees the last of them that fit its context.</param>
public sealed record Prompt(string Text, IReadOnlyList<int> Tokens)
{
    /// <summary>Encodes a text; an empty one is the token between documents, behind which a text begins.</summary>
    /// <exception cref="GpuLmException">
    /// The text is empty and the vocabulary has no such token, or it holds a character that no token stands for.
    /// </exception>
    /// <exception cref="UnknownCharacterException">The text holds a character that no token stands for.</exception>
    public static Prompt Encode(string text, ITokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        var tokens = new List<int>();
        tokenizer.Encode(Encoding.UTF8.GetBytes(text), tokens);
        if (tokens.Count > 0) return new(text, tokens);
        return tokenizer.EndOfText is { } start
            ? new(text, [start])
            : throw new GpuLmException(
                "The prompt is empty, and the model's vocabulary has no token with which texts begin. Give a prompt.");
    }
}
