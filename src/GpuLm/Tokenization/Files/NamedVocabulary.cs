using System.Text;
using GpuLm.Tokenization.Bpe;

namespace GpuLm.Tokenization.Files;

/// <summary>A byte-pair encoding as files spell it: by names, in which a character stands for a byte (<see cref="ByteNames"/>).</summary>
/// <param name="Ids">The id of each token.</param>
/// <param name="Merges">The names of what is merged.</param>
/// <param name="Added">The ids of tokens whose names are plain text.</param>
internal sealed record NamedVocabulary(
    IReadOnlyDictionary<string, int> Ids, IReadOnlyList<(string Left, string Right)> Merges, IReadOnlyDictionary<string, int> Added)
{
    /// <summary>The names of a vocabulary.</summary>
    public static NamedVocabulary Of(BpeVocabulary vocabulary)
    {
        var added = vocabulary.Added.ToDictionary(id => Encoding.UTF8.GetString(vocabulary.BytesOf(id)));
        var ids = Enumerable.Range(0, vocabulary.Size).Except(vocabulary.Added).ToDictionary(Name);
        return new NamedVocabulary(ids, [.. vocabulary.Merges.Select(merge => (Name(merge.Left), Name(merge.Right)))], added);

        string Name(int id) => ByteNames.NameOf(vocabulary.BytesOf(id));
    }

    /// <summary>The vocabulary that the names spell.</summary>
    /// <exception cref="GpuLmException">
    /// A name is not made of bytes' characters, ids are not 0, 1, 2 ..., or the merges do not fit the tokens.
    /// </exception>
    public BpeVocabulary Resolve()
    {
        var added = new Dictionary<string, int>(Added);
        if (Ids.TryGetValue(BpeVocabulary.EndOfTextName, out int endOfText)) added.TryAdd(BpeVocabulary.EndOfTextName, endOfText);
        var tokens = TokenIds.InOrder([.. Ids.Where(entry => !added.ContainsKey(entry.Key)), .. added]);
        var apart = added.Values.ToHashSet();
        return new BpeVocabulary(
            [.. tokens.Select((name, id) => apart.Contains(id) ? Encoding.UTF8.GetBytes(name) : BytesOf(name))],
            [.. Merges.Select((merge, rank) => new BpeMerge(IdOf(merge.Left, rank), IdOf(merge.Right, rank)))],
            [.. apart.Order()]);
    }

    private static byte[] BytesOf(string name) =>
        ByteNames.Parse(name) ?? throw new GpuLmException($"its token \"{name}\" is not written in GPT-2's characters for bytes.");

    private int IdOf(string name, int rank) =>
        Ids.TryGetValue(name, out int id)
            ? id
            : throw new GpuLmException($"its merge {rank} names \"{name}\", which is not in its vocabulary.");
}
