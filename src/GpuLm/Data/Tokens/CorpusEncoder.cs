using System.IO.Hashing;
using System.Runtime.InteropServices;
using GpuLm.Data.Reading;
using GpuLm.Tokenization;

namespace GpuLm.Data.Tokens;

/// <summary>
/// Splits documents into training and held-out text and encodes both, on all processors; the tokens arrive in the order of the documents
/// whatever their number is. A separator stands between the documents of each part.
/// </summary>
/// <param name="tokenizer">Encodes, on several threads at once.</param>
/// <param name="rule">Says what is held out.</param>
/// <param name="training">Takes the tokens that train.</param>
/// <param name="heldOut">Takes those that are held out.</param>
internal sealed class CorpusEncoder(ITokenizer tokenizer, HeldOutRule rule, TokenSink training, TokenSink heldOut)
{
    private readonly int[] separator = Separator(tokenizer);

    /// <summary>Hashes of documents that are held out elsewhere, and so must not train here.</summary>
    public IReadOnlySet<UInt128> Excluded { get; init; } = new HashSet<UInt128>();

    /// <summary>Documents that were left out since they are among <see cref="Excluded"/>.</summary>
    public long LeftOut { get; private set; }

    /// <summary>The hash by which documents are equal.</summary>
    public static UInt128 HashOf(ReadOnlySpan<byte> document) => XxHash128.HashToUInt128(HeldOutRule.Identity(document));

    /// <summary>Encodes all documents.</summary>
    /// <exception cref="UnknownCharacterException">A text holds a character that no token stands for.</exception>
    public void Run(IEnumerable<Document> documents) =>
        Pipeline.Run(EncodingBatch.Group(Pieces(documents)), batch => batch.Encode(tokenizer, separator), Take);

    private void Take(EncodedBatch batch)
    {
        training.Add(CollectionsMarshal.AsSpan(batch.Training.Tokens), batch.Training.Bytes, batch.Training.Documents);
        heldOut.Add(CollectionsMarshal.AsSpan(batch.HeldOut.Tokens), batch.HeldOut.Bytes, batch.HeldOut.Documents);
    }

    private IEnumerable<TextPiece> Pieces(IEnumerable<Document> documents)
    {
        bool trains = false, holdsOut = false;
        foreach (var (document, isOnly) in WithOnly(documents))
        {
            if (Excluded.Count > 0 && Excluded.Contains(HashOf(document.Text.Span)))
            {
                LeftOut++;
                continue;
            }
            // A corpus of one document can be split nowhere but inside it, however short it is.
            int cut = isOnly ? rule.CutEnd(document.Text.Span) : rule.Cut(document.Text.Span);
            foreach (var piece in TextPiece.Of(document, ..cut, tokenizer, isHeldOut: false, trains)) yield return piece;
            foreach (var piece in TextPiece.Of(document, cut.., tokenizer, isHeldOut: true, holdsOut)) yield return piece;
            trains |= cut > 0;
            holdsOut |= cut < document.Text.Length;
        }
    }

    /// <summary>Each document, and whether it is the only one.</summary>
    private static IEnumerable<(Document Document, bool IsOnly)> WithOnly(IEnumerable<Document> documents)
    {
        using var all = documents.GetEnumerator();
        if (!all.MoveNext()) yield break;
        var first = all.Current;
        bool more = all.MoveNext();
        yield return (first, !more);
        for (; more; more = all.MoveNext()) yield return (all.Current, false);
    }

    /// <summary>The end of a text where the vocabulary has one, else a line end, else nothing.</summary>
    private static int[] Separator(ITokenizer tokenizer)
    {
        if (tokenizer.EndOfText is { } end) return [end];
        try
        {
            return tokenizer.Encode("\n");
        }
        catch (UnknownCharacterException)
        {
            return [];
        }
    }
}
