using System.Text;

namespace GpuLm.Tokenization;

/// <summary>A text holds a character that a <see cref="CharTokenizer"/>'s vocabulary lacks.</summary>
/// <param name="character">The character.</param>
/// <param name="offset">Where it starts, in bytes from the start of the text.</param>
/// <param name="line">Its line, from 1.</param>
/// <param name="vocabularySize">The number of characters that the tokenizer knows.</param>
public sealed class UnknownCharacterException(Rune character, long offset, long line, int vocabularySize) : GpuLmException(
    $"The character {Name(character)} in line {line} (byte {offset}) is not among the {vocabularySize} characters "
    + "of the char tokenizer, which has "
    + "only those of the text it was made from. Remove the character, or train with the byte tokenizer, which can write every text.")
{
    /// <summary>The character.</summary>
    public Rune Character { get; } = character;

    /// <summary>Where it starts, in bytes from the start of the text.</summary>
    public long Offset { get; } = offset;

    /// <summary>Its line, from 1.</summary>
    public long Line { get; } = line;

    /// <summary>
    /// The same fault, seen from the start of a text in which <paramref name="bytes"/> bytes and <paramref name="lines"/> line ends come
    /// before.
    /// </summary>
    internal UnknownCharacterException After(long bytes, long lines) => new(Character, bytes + Offset, lines + Line, vocabularySize);

    internal static string Name(Rune character) =>
        Rune.IsControl(character) ? $"U+{character.Value:X4}" : $"'{character}' (U+{character.Value:X4})";
}
