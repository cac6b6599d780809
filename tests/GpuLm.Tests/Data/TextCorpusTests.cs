using System.IO.Compression;
using System.Text;
using GpuLm.Data;
using Parquet;
using Parquet.Schema;
using Xunit;
using ZstdSharp;

namespace GpuLm.Tests.Data;

public sealed class TextCorpusTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void OneFileIsReadAsItIs() => Assert.Equal(["a\r\nb é\n"], Read(folder.Write("a.txt", "a\r\nb é\n"u8)));

    [Fact]
    public void FilesAreDocumentsInTheOrderGiven() =>
        Assert.Equal(
            ["second", "first\n", "third"],
            Read(folder.Write("2", "second"u8), folder.Write("1", "first\n"u8), folder.Write("3", "third"u8)));

    [Fact]
    public void AFileThatIsNamedTwiceIsReadOnce()
    {
        string path = folder.Write("a.txt", "a"u8);
        Assert.Equal(["a"], Read(path, path, folder.Path));
    }

    [Fact]
    public void LinesOfEndOfTextStandBetweenDocuments() =>
        Assert.Equal(
            ["one\n", "two", "th<|endoftext|>ree"],
            Read(folder.Write(
                "a.txt", "one\n\n<|endoftext|>\n<|endoftext|>\ntwo\r\n<|endoftext|>\r\nth<|endoftext|>ree\n<|endoftext|>"u8)));

    [Fact]
    public void AFolderStandsForItsTextsInOrder()
    {
        folder.Write("b.txt", "b"u8);
        folder.Write("a.jsonl", "{\"text\":\"a\"}"u8);
        folder.Write("sub/c.txt.gz", Gzip("c"));
        folder.Write("not.md", "x"u8);
        folder.Write("tokens.bin", "x"u8);

        Assert.Equal(["a", "b", "c"], Read(folder.Path));
    }

    [Fact]
    public void APatternStandsForTheFilesThatMatch()
    {
        folder.Write("a.txt", "a"u8);
        folder.Write("sub/b.txt", "b"u8);
        folder.Write("sub/deep/c.txt", "c"u8);
        folder.Write("sub/d.md", "d"u8);

        Assert.Equal(["a"], Read(folder["*.txt"]));
        Assert.Equal(["a", "b", "c"], Read(folder["**/*.txt"]));
        Assert.Equal(["b", "c"], Read(folder["sub/**/*.txt"]));
        Assert.Equal(["d"], Read(folder["*/*.md"]));
        Assert.Contains("No file matches", Assert.Throws<GpuLmException>(() => Read(folder["*.json"])).Message);
        Assert.Contains("No file matches", Assert.Throws<GpuLmException>(() => Read(folder["none/*.txt"])).Message);
    }

    [Fact]
    public void AByteOrderMarkIsDropped() => Assert.Equal(["é"], Read(folder.Write("a.txt", [0xEF, 0xBB, 0xBF, .. "é"u8])));

    [Fact]
    public void StandardInputIsReadOnceAndEnumeratedAgain()
    {
        using var corpus = TextCorpus.Open(["-"], standardInput: () => new MemoryStream("in\n"u8.ToArray()));
        Assert.Equal(["in\n"], Texts(corpus));
        Assert.Equal(["in\n"], Texts(corpus));
    }

    [Fact]
    public void PackedFilesHoldWhatTheirNamesSay()
    {
        const string Lines = "{\"text\": \"a\"}\n{\"text\": \"b\"}\n";
        Assert.Equal(["plain"], Read(folder.Write("a.txt.gz", Gzip("plain"))));
        Assert.Equal(["a", "b"], Read(folder.Write("a.jsonl.gz", [.. Gzip(Lines[..15]), .. Gzip(Lines[15..])])));
        Assert.Equal(["plain"], Read(folder.Write("a.txt.zst", Zstandard("plain"))));
        Assert.Equal(["a", "b"], Read(folder.Write("a.jsonl.zst", Zstandard(Lines))));
    }

    [Fact]
    public void JsonLinesGiveTheirField()
    {
        string path = folder.Write(
            "a.jsonl",
            "{\"id\": 1, \"text\": \"a\\n\\u00e9\\ud83d\\ude00\"}\r\n\n{\"text\":null}\n{\"body\":{\"text\":\"no\"},\"text\":\"b\"}"u8);
        Assert.Equal(["a\né😀", "b"], Read(path));
        Assert.Equal(["1", "2"], Texts(TextCorpus.Open([folder.Write("b.jsonl", "{\"story\":\"1\"}\n{\"story\":\"2\"}"u8)], "story")));
    }

    [Fact]
    public async Task ParquetGivesItsColumn()
    {
        string path = await WriteParquet("a.parquet");
        Assert.Equal(["one", "twö", "three", "four"], Read(path));
        Assert.Equal(["one", "twö", "three", "four"], Read(folder.Write("b.parquet.gz", Gzip(File.ReadAllBytes(path)))));
        Assert.Contains(
            "has no column \"body\"; its columns of strings: text", Assert.Throws<GpuLmException>(() => Read(path, "body")).Message);
        Assert.Contains("\"number\" of", Assert.Throws<GpuLmException>(() => Read(path, "number")).Message);
    }

    [Fact]
    public void LongDocumentsAndLinesComeWhole()
    {
        // Longer than the buffer that lines are read through.
        string line = string.Concat(Enumerable.Repeat("äöü ", 60_000));
        Assert.Equal([$"{line}\n{line}"], Read(folder.Write("a.txt", Encoding.UTF8.GetBytes($"{line}\n{line}"))));
        Assert.Equal([line], Read(folder.Write("a.jsonl", Encoding.UTF8.GetBytes($"{{\"text\":\"{line}\"}}"))));
    }

    private static byte[] Gzip(string text) => Gzip(Encoding.UTF8.GetBytes(text));

    private static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var stream = new GZipStream(packed, CompressionMode.Compress)) stream.Write(bytes);
        return packed.ToArray();
    }

    private static byte[] Zstandard(string text)
    {
        using var compressor = new Compressor();
        return compressor.Wrap(Encoding.UTF8.GetBytes(text)).ToArray();
    }

    /// <summary>
    /// A file of Apache's own library, through ParquetSharp 25: two groups of 20 rows, Snappy, dictionaries, texts that are null, empty or
    /// come twice, and columns of numbers, times, truth values and lists beside them.
    /// </summary>
    [Fact]
    public void ParquetOfApachesOwnLibraryIsRead()
    {
        string golden = Path.Combine(AppContext.BaseDirectory, "Golden");
        string[] texts = [.. Read(Path.Combine(golden, "arrow.parquet"))];
        Assert.Equal(File.ReadAllText(Path.Combine(golden, "arrow.txt")), string.Concat(texts));
        Assert.Equal(texts.Length, texts.Count(text => text.StartsWith("Doc ", StringComparison.Ordinal)));
        Assert.Contains(
            "its columns of strings: text, id. Say",
            Assert.Throws<GpuLmException>(
                () => TextCorpus.Open([Path.Combine(golden, "arrow.parquet")], "tags").Documents.Count()).Message);
    }

    private async Task<string> WriteParquet(string name)
    {
        var (text, number) = (new DataField<string>("text"), new DataField<int>("number"));
        await using var stream = File.Create(folder[name]);
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(text, number), stream);
        foreach (string?[] texts in (string?[][])[["one", "twö", null], ["three", "", "four"]])
        {
            using var group = writer.CreateRowGroup();
            await group.WriteAsync(text, texts!);
            await group.WriteAsync<int>(number, new[] { 1, 2, 3 });
        }
        return folder[name];
    }

    private static List<string> Read(string path, string field) => Texts(TextCorpus.Open([path], field));

    private static List<string> Read(params string[] paths) => Texts(TextCorpus.Open(paths));

    private static List<string> Texts(TextCorpus corpus) => [.. corpus.Documents.Select(text => Encoding.UTF8.GetString(text.Span))];
}
