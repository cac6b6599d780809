using GpuLm.Tokenization.Bpe;

namespace GpuLm.Tests.Tokenization.Bpe;

/// <summary>
/// What <see cref="BpeTrainer"/> is held to: the definition, done anew for each merge. All pairs of all pieces are counted, the most
/// frequent one (of equal ones the one with the smallest ids) is merged everywhere, from left to right.
/// </summary>
static class PlainBpeTrainer
{
    public static List<BpeMerge> Merges(IEnumerable<byte[]> documents, int vocabularySize)
    {
        List<List<int>> pieces = [.. documents.SelectMany(Pieces)];
        var merges = new List<BpeMerge>();
        for (int token = 256; token < vocabularySize - 1; token++)
        {
            var pairs = pieces.SelectMany(piece => piece.Zip(piece.Skip(1), (left, right) => new BpeMerge(left, right)))
                .GroupBy(pair => pair).Where(pair => pair.Count() > 1).ToList();
            if (pairs.Count == 0) break;
            int most = pairs.Max(pair => pair.Count());
            var best = pairs.Where(pair => pair.Count() == most).Select(pair => pair.Key).MinBy(pair => (pair.Left, pair.Right));
            merges.Add(best);
            foreach (var piece in pieces)
            {
                for (int at = 0; at + 1 < piece.Count; at++)
                {
                    if (piece[at] != best.Left || piece[at + 1] != best.Right) continue;
                    piece[at] = token;
                    piece.RemoveAt(at + 1);
                }
            }
        }
        return merges;
    }

    static IEnumerable<List<int>> Pieces(byte[] text)
    {
        for (int at = 0; at < text.Length;)
        {
            int length = PieceScanner.FirstLength(text.AsSpan(at));
            yield return [.. text.AsSpan(at, length).ToArray().Select(value => (int)value)];
            at += length;
        }
    }
}
