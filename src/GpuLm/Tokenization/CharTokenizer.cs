using System.Buffers;
using System.Text;

namespace GpuLm.Tokenization;

/// <summary>
/// One token for each distinct character (Unicode scalar value) of a text; ids follow the characters' code points.
/// A character that the text lacks has no token: <see cref="Encode"/> refuses it rather than lose it.
/// </summary>
public sealed class CharTokenizer : ITokenizer
{
    private readonly Rune[] characters;
    private readonly byte[][] bytes;
    private readonly Dictionary<Rune, int> ids;
    private readonly int[] asciiIds = new int[128];

    /// <summary>Takes the characters of the vocabulary; the id of a character is its place.</summary>
    /// <exception cref="GpuLmException">There are none, or one comes twice.</exception>
    public CharTokenizer(IReadOnlyList<Rune> characters)
    {
        if (characters.Count == 0)
        {
            throw new GpuLmException("A char tokenizer needs 1 character or more; give it a text that is not empty.");
        }
        this.characters = [.. characters];
        bytes = [.. characters.Select(character => Encoding.UTF8.GetBytes(character.ToString()))];
        ids = new Dictionary<Rune, int>(characters.Count);
        Array.Fill(asciiIds, -1);
        for (int id = 0; id < characters.Count; id++)
        {
            var character = characters[id];
            if (!ids.TryAdd(character, id))
            {
                throw new GpuLmException(
                    $"The character {UnknownCharacterException.Name(character)} is in the vocabulary twice, as {ids[character]} and {id}.");
            }
            if (character.IsAscii) asciiIds[character.Value] = id;
        }
    }

    /// <inheritdoc/>
    public string Kind => "char";

    /// <inheritdoc/>
    public int VocabularySize => characters.Length;

    /// <inheritdoc/>
    public int? EndOfText => asciiIds[0] < 0 ? null : asciiIds[0];

    /// <summary>The vocabulary: the character of each id.</summary>
    public IReadOnlyList<Rune> Characters => characters;

    /// <summary>A tokenizer whose vocabulary is the distinct characters of the text, in the order of their code points.</summary>
    /// <exception cref="GpuLmException">The text is empty or no UTF-8.</exception>
    public static CharTokenizer FromText(ReadOnlySpan<byte> utf8)
    {
        var seen = new SortedSet<Rune>();
        AddCharacters(utf8, seen);
        return new CharTokenizer([.. seen]);
    }

    /// <summary>
    /// A tokenizer for several documents: it has the distinct characters of all, and U+0000 to stand between them. For one document it is
    /// that of <see cref="FromText"/>.
    /// </summary>
    /// <exception cref="GpuLmException">The documents are empty or no UTF-8.</exception>
    public static CharTokenizer FromDocuments(IEnumerable<ReadOnlyMemory<byte>> documents)
    {
        var seen = new SortedSet<Rune>();
        int count = 0;
        foreach (var document in documents.Where(document => !document.IsEmpty))
        {
            AddCharacters(document.Span, seen);
            count++;
        }
        if (count > 1) seen.Add(new Rune('\0'));
        return new CharTokenizer([.. seen]);
    }

    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<byte> utf8, List<int> tokens)
    {
        for (int at = 0; at < utf8.Length;)
        {
            int used = 1, id;
            if (utf8[at] < 128) id = asciiIds[utf8[at]];
            else if (!ids.TryGetValue(Next(utf8[at..], at, out used), out id)) id = -1;
            if (id < 0)
            {
                throw new UnknownCharacterException(Next(utf8[at..], at, out _), at, 1 + utf8[..at].Count((byte)'\n'), VocabularySize);
            }
            tokens.Add(id);
            at += used;
        }
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> BytesOf(int token)
    {
        Tokenizers.CheckToken(token, VocabularySize);
        return bytes[token];
    }

    private static void AddCharacters(ReadOnlySpan<byte> utf8, SortedSet<Rune> seen)
    {
        var seenAscii = new bool[128];
        for (int at = 0; at < utf8.Length;)
        {
            if (utf8[at] < 128)
            {
                seenAscii[utf8[at++]] = true;
                continue;
            }
            seen.Add(Next(utf8[at..], at, out int used));
            at += used;
        }
        for (int value = 0; value < 128; value++)
        {
            if (seenAscii[value]) seen.Add(new Rune(value));
        }
    }

    private static Rune Next(ReadOnlySpan<byte> utf8, int at, out int used) =>
        Rune.DecodeFromUtf8(utf8, out var character, out used) == OperationStatus.Done
            ? character
            : throw new GpuLmException(
                $"The text is no UTF-8 at byte {at}; a char tokenizer needs UTF-8. Convert the text, or use the byte tokenizer.");
}
