using System.Text;
using GpuLm.Data;
using GpuLm.Tokenization;
using Xunit;
using Xunit.Sdk;

namespace GpuLm.Tests.Data;

/// <summary>What is held out, and that it never trains.</summary>
public class HeldOutTests
{
    private const int T = 16;

    private static readonly ByteTokenizer Bytes = new();

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.02)]
    [InlineData(0.5)]
    public void TheShareOfShortDocumentsIsHeldOut(double share)
    {
        var rule = HeldOutRule.Of(share);
        int count = 20_000, heldOut = Enumerable.Range(0, count).Count(i => rule.Cut(Text(i)) == 0);
        double deviation = Math.Sqrt(share * (1 - share) * count);
        Assert.InRange(heldOut, (share * count) - (4 * deviation), (share * count) + (4 * deviation));
    }

    [Fact]
    public void DocumentsThatAreAddedMoveNoOther()
    {
        string[] few = [.. Enumerable.Range(0, 300).Select(i => $"[{i}] is a document.")];
        string[] more = [.. Enumerable.Range(300, 300).Select(i => $"[{i}] is a document.")];
        var before = Split(few);
        foreach (string[] all in (string[][])[[.. few, .. more], [.. more, .. few]])
        {
            var after = Split(all);
            Assert.Subset(after.HeldOut, before.HeldOut);
            Assert.Subset(after.Training, before.Training);
        }
    }

    [Fact]
    public void EqualDocumentsAreNeverOnBothSides()
    {
        string[] documents = [.. Enumerable.Range(0, 200).Select(i => $"[{i % 50}] is a document.")];
        var (training, heldOut) = Split(documents);
        Assert.Equal(50, training.Count + heldOut.Count);
        Assert.Empty(training.Intersect(heldOut));
        Assert.NotEmpty(heldOut);
    }

    [Fact]
    public void DocumentsThatDifferInTheWhiteSpaceAroundThemAreOnOneSide()
    {
        // The last document of a file has a line end that the same document elsewhere has not.
        string[] documents = [.. Enumerable.Range(0, 200).Select(i => $"[{i}] is a document.")];
        var rule = HeldOutRule.Of(0.5);
        Assert.All(documents, document => Assert.Equal(
            rule.Cut(Encoding.ASCII.GetBytes(document)) == 0, rule.Cut(Encoding.ASCII.GetBytes($"\n {document}\r\n")) == 0));
        Assert.Contains(documents, document => rule.Cut(Encoding.ASCII.GetBytes(document)) == 0);
    }

    [Fact]
    public void OfALongDocumentTheEndIsHeldOutWhateverElseThereIs()
    {
        byte[] book = new byte[HeldOutRule.LongDocument];
        Array.Fill(book, (byte)'b');
        var data = CorpusDataset.FromDocuments([book, .. Enumerable.Range(0, 9).Select(i => Text(i))], Bytes);
        int[] heldOut = HeldOut(data);
        Assert.Equal((int)Math.Ceiling(book.Length * 0.1), heldOut.Count(token => token == 'b'));
    }

    [Fact]
    public void ShortDocumentsAreHeldOutWhole()
    {
        var data = CorpusDataset.FromDocuments([.. Enumerable.Range(0, 300).Select(i => Text(i))], Bytes);
        string heldOut = Encoding.ASCII.GetString([.. HeldOut(data).Select(token => (byte)token)]);
        Assert.All(heldOut.Split('\0'), document => Assert.Matches(@"^\[\d+\] is a document\.$", document));
        Assert.Equal(heldOut.Replace("\0", "").Length, data.ValidationBytes);
    }

    [Fact]
    public void NoTokenThatIsHeldOutIsInABatch() => CheckNoLeak(Enumerable.Range(0, 400).Select(i => Marked(i)));

    [Fact]
    public void ADocumentOnBothSidesTurnsTheCheckRed()
    {
        // Parts of a document that the rule splits apart, as if it were no document.
        var torn = Enumerable.Range(0, 400).Select(i => Marked(i % 200)).Select((text, i) => i < 200 ? text : [.. text, (byte)'!']);
        Assert.ThrowsAny<XunitException>(() => CheckNoLeak(torn));
    }

    /// <summary>Each document is two bytes that name it, again and again: a window of a batch names the documents it is of.</summary>
    private static void CheckNoLeak(IEnumerable<byte[]> documents)
    {
        var data = CorpusDataset.FromDocuments(documents.Select(text => new ReadOnlyMemory<byte>(text)), Bytes);
        var heldOut = Names(HeldOut(data));
        Assert.NotEmpty(heldOut);
        var trained = new HashSet<(int, int)>();
        var (inputs, targets) = (new int[32 * T], new int[32 * T]);
        for (int step = 0; step < 3 * data.WindowsPerEpoch(T) / 32; step++)
        {
            data.FillBatch(1, step, inputs, targets, 32, T);
            for (int row = 0; row < 32; row++)
            {
                trained.UnionWith(Names(inputs[(row * T)..((row + 1) * T)]));
                trained.UnionWith(Names(targets[(row * T)..((row + 1) * T)]));
            }
        }
        Assert.Empty(trained.Intersect(heldOut));
        Assert.True(trained.Count > 300 - heldOut.Count, $"{trained.Count} trained and {heldOut.Count} held out");
    }

    private static byte[] Marked(int number) =>
        [.. Enumerable.Repeat<byte[]>([(byte)(1 + (number / 20)), (byte)(101 + (number % 20))], 40).SelectMany(pair => pair)];

    private static HashSet<(int, int)> Names(int[] tokens) =>
        [.. tokens.Zip(tokens.Skip(1)).Where(pair => pair.First is > 0 and <= 100 && pair.Second > 100)];

    private static int[] HeldOut(TokenDataset data)
    {
        var tokens = new int[data.ValidationTokens];
        data.CopyValidation(0, tokens);
        return tokens;
    }

    private static byte[] Text(int number) => Encoding.ASCII.GetBytes($"[{number}] is a document.");

    private static (HashSet<string> Training, HashSet<string> HeldOut) Split(IEnumerable<string> documents)
    {
        var rule = HeldOutRule.Of(0.1);
        var sides = documents.ToLookup(text => rule.Cut(Encoding.ASCII.GetBytes(text)) == 0);
        return ([.. sides[false]], [.. sides[true]]);
    }
}
