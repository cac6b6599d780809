using System.Text;
using GpuLm.Data;
using GpuLm.Tokenization;
using Xunit;

namespace GpuLm.Tests.Data;

public class CorpusEncoderTests
{
    /// <summary>Documents from nothing to some megabytes, so that pieces are cut, grouped and finish out of order.</summary>
    private static List<ReadOnlyMemory<byte>> Documents()
    {
        var random = new Random(5);
        string[] words = ["the", "cat", "sät", "on", "日本", "a", "mat,", "then\n", "\n\nleft.", "  ", "1234"];
        return
        [
            .. Enumerable.Range(0, 60).Select(i => new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(string.Join(
                ' ', Enumerable.Range(0, i % 20 == 7 ? 400_000 : 1 + (i * i)).Select(_ => words[random.Next(words.Length)]))))),
        ];
    }

    [Fact]
    public void TokensAreThoseOfOneDocumentAfterTheOther()
    {
        var documents = Documents();
        var tokenizer = new ByteTokenizer();
        var expected = new List<int>();
        foreach (var document in documents)
        {
            if (expected.Count > 0) expected.Add(0);
            tokenizer.Encode(document.Span, expected);
        }
        var data = CorpusDataset.FromDocuments(documents, tokenizer, heldOut: 1);
        var tokens = new int[data.ValidationTokens];
        data.CopyValidation(0, tokens);

        Assert.Equal(expected, tokens);
        Assert.Equal(documents.Sum(document => (long)document.Length), data.ValidationBytes);
        Assert.Equal(0, data.TrainingTokens);
    }

    [Fact]
    public void WithoutAnEndOfTextALineEndStandsBetweenDocuments()
    {
        var tokenizer = CharTokenizer.FromText("ab\n"u8);
        var data = CorpusDataset.FromDocuments(["ab"u8.ToArray(), "ba"u8.ToArray()], tokenizer, heldOut: 1);
        var tokens = new int[data.ValidationTokens];
        data.CopyValidation(0, tokens);

        Assert.Equal("ab\nba", ((ITokenizer)tokenizer).DecodeText(tokens));
        Assert.Equal(4, CorpusDataset.FromDocuments(
            ["ab"u8.ToArray(), "ba"u8.ToArray()], CharTokenizer.FromText("ab"u8), heldOut: 1).ValidationTokens);
    }

    [Fact]
    public void AFaultOnAnotherThreadArrivesAsItIs()
    {
        var documents = Documents();
        documents[40] = "ab\nc?"u8.ToArray();
        var tokenizer = CharTokenizer.FromText(Encoding.UTF8.GetBytes("thecasäton日本m,\nlf.1234 "));
        var fault = Assert.Throws<UnknownCharacterException>(() => CorpusDataset.FromDocuments(documents, tokenizer));
        Assert.Equal((1L, 1L), (fault.Offset, fault.Line));
    }

    [Fact]
    public void HeldOutTextIsWrittenSoThatItReadsTheSame()
    {
        using var folder = new TemporaryFolder();
        ReadOnlyMemory<byte>[] documents = ["one\n"u8.ToArray(), "two"u8.ToArray(), "\nthree\n\n"u8.ToArray()];
        var data = CorpusDataset.FromDocuments(documents, new ByteTokenizer(), heldOut: 1);
        using (var file = File.Create(folder["held-out.txt"])) Assert.True(HeldOutText.Write(file, data));
        using var corpus = TextCorpus.Open([folder["held-out.txt"]]);
        Assert.Equal(
            documents.Select(text => Encoding.UTF8.GetString(text.Span)),
            corpus.Documents.Select(text => Encoding.UTF8.GetString(text.Span)));

        using var start = new MemoryStream();
        Assert.False(HeldOutText.Write(start, data, most: 2));
        Assert.Equal("one\n", Encoding.UTF8.GetString(start.ToArray()));
    }
}
