using GpuLm.Tokenization;

namespace GpuLm.Data.Tokens;

/// <summary>Tokens of one part of the corpus, made from one batch.</summary>
internal sealed class EncodedPart
{
    public List<int> Tokens { get; } = [];

    public long Bytes { get; set; }

    public int Documents { get; set; }
}

/// <summary>The tokens of one batch.</summary>
internal sealed record EncodedBatch(EncodedPart Training, EncodedPart HeldOut);

/// <summary>Pieces that one thread encodes at once: one large one, or many small ones.</summary>
internal sealed class EncodingBatch(IReadOnlyList<TextPiece> pieces)
{
    /// <summary>Groups pieces in their order.</summary>
    public static IEnumerable<EncodingBatch> Group(IEnumerable<TextPiece> pieces)
    {
        var batch = new List<TextPiece>();
        int bytes = 0;
        foreach (var piece in pieces)
        {
            if (bytes + piece.Text.Length > TextPiece.MostBytes && batch.Count > 0)
            {
                yield return new EncodingBatch(batch);
                (batch, bytes) = ([], 0);
            }
            batch.Add(piece);
            bytes += piece.Text.Length;
        }
        if (batch.Count > 0) yield return new EncodingBatch(batch);
    }

    /// <summary>Encodes the pieces.</summary>
    /// <exception cref="UnknownCharacterException">A text holds a character that no token stands for.</exception>
    public EncodedBatch Encode(ITokenizer tokenizer, ReadOnlySpan<int> separator)
    {
        var result = new EncodedBatch(new EncodedPart(), new EncodedPart());
        foreach (var piece in pieces)
        {
            var part = piece.IsHeldOut ? result.HeldOut : result.Training;
            if (piece.AfterSeparator) part.Tokens.AddRange(separator);
            if (piece.IsStart) part.Documents++;
            part.Bytes += piece.Text.Length;
            try
            {
                tokenizer.Encode(piece.Text, part.Tokens);
            }
            catch (UnknownCharacterException fault)
            {
                var before = piece.Document.Text.Span[..piece.Range.Start.Value];
                throw fault.After(piece.Document.Offset + before.Length, piece.Document.Line + before.Count((byte)'\n'));
            }
        }
        return result;
    }
}
