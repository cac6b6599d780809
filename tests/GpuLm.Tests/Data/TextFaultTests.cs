using System.IO.Compression;
using System.Text;
using GpuLm.Data;
using Parquet;
using Parquet.Schema;
using Xunit;
using ZstdSharp;

namespace GpuLm.Tests.Data;

/// <summary>Files that are no text: one message that names the file, the place and the remedy.</summary>
public sealed class TextFaultTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void PathsThatStandForNothing()
    {
        Assert.Contains("missing.txt' (looked in", FaultOf(Path.Combine(folder.Path, "missing.txt")));
        Assert.Contains("has no .txt, .jsonl or .parquet file", FaultOf(folder.Path));
        Assert.Contains("1 text file", Assert.Throws<GpuLmException>(() => TextCorpus.Open([])).Message);
        folder.Write("tokens.bin", [1]);
        folder.Write("a.md", "a"u8);
        Assert.Contains("some tokens", FaultOf(folder["tokens.bin"], folder["a.md"]));
    }

    [Fact]
    public void EmptyFiles()
    {
        Assert.Contains("is empty", FaultOf(folder.Write("empty.txt", [])));
        Assert.Contains("is empty", FaultOf(folder.Write("mark.txt", [0xEF, 0xBB, 0xBF])));
        Assert.Contains("is empty", FaultOf(folder.Write("empty.jsonl", "\n\n"u8)));
        Assert.Contains("is empty", FaultOf(folder.Write("null.jsonl", "{\"text\":null}\n{\"text\":\"\"}"u8)));
        Assert.Contains("is empty", FaultOf(folder.Write("separators.txt", "<|endoftext|>\n<|endoftext|>\n"u8)));
    }

    [Fact]
    public void BytesThatAreNoText()
    {
        Assert.Contains(
            "byte 0xE9 at offset 3. If it is LATIN1, iconv", FaultOf(folder.Write("latin.txt", [.. "caf"u8, 0xE9, .. " x"u8])));
        Assert.Contains("byte 0xFF at offset 0. If it is UTF-16", FaultOf(folder.Write("wide.txt", [0xFF, 0xFE, 65, 0])));
        Assert.Contains("If it is UTF-16LE, iconv", FaultOf(folder.Write("wide.txt", Encoding.Unicode.GetBytes("Ein Text"))));
        Assert.Contains("If it is UTF-16BE, iconv", FaultOf(folder.Write("wide.txt", Encoding.BigEndianUnicode.GetBytes("Ein Text"))));
        Assert.Contains("byte 0xE2 at offset 1", FaultOf(folder.Write("cut.txt", [65, 0xE2, 0x82])));
        Assert.Contains("zero byte at offset 2", FaultOf(folder.Write("zero.txt", [65, 66, 0, 67])));
        Assert.Contains("byte 0xFF at offset 20", FaultOf(folder.Write("later.txt", [.. "one\n<|endoftext|>\ntw"u8, 0xFF])));
        Assert.Contains("packed by gzip", FaultOf(folder.Write("packed.txt", Gzip("packed"))));
        Assert.Contains("packed by Zstandard", FaultOf(folder.Write("zpacked.txt", Zstandard("packed"))));
    }

    [Fact]
    public void PackedFilesThatAreDamaged()
    {
        byte[] gzip = Gzip(Letters(100_000)), zstandard = Zstandard(Letters(100_000));
        Assert.Contains("end may be missing", FaultOf(folder.Write("cut.txt.gz", gzip.AsSpan(0, gzip.Length / 2))));
        Assert.Contains("end may be missing", FaultOf(folder.Write("cut.txt.zst", zstandard.AsSpan(0, zstandard.Length / 2))));
        Assert.Contains("end may be missing", FaultOf(folder.Write("end.txt.gz", gzip.AsSpan(0, gzip.Length - 20))));
        Assert.Contains("end may be missing", FaultOf(folder.Write("empty.txt.gz", [])));
        Assert.Contains("end may be missing", FaultOf(folder.Write("not.txt.gz", "no gzip at all"u8)));
        Assert.Contains("end may be missing", FaultOf(folder.Write("not.txt.zst", "no Zstandard at all"u8)));
        // .NET takes what is no member for the end.
        byte[] second = [.. gzip];
        second[0] ^= 255;
        Assert.Contains("is not packed by gzip", FaultOf(folder.Write("second.txt.gz", [.. gzip, .. second])));
        using var padded = TextCorpus.Open([folder.Write("padded.txt.gz", [.. gzip, .. new byte[20_000]])]);
        Assert.Single(padded.Documents);
        gzip[gzip.Length / 2] ^= 255;
        Assert.Contains("end may be missing", FaultOf(folder.Write("flipped.txt.gz", gzip)));
    }

    [Fact]
    public void JsonLinesThatAreMalformed()
    {
        Assert.Contains("no JSON object with a text in line 2", Json("{\"text\":\"a\"}\n{\"text\":\"b\"\n"));
        Assert.Contains("no JSON object with a text in line 1: it starts with StartArray", Json("[1]"));
        Assert.Contains("no JSON object with a text in line 1: '{' is invalid after", Json("{\"text\":\"a\"}{\"text\":\"b\"}"));
        Assert.Contains("is Number, not a string", Json("{\"text\":1}"));
        Assert.Contains("has no field \"text\" in line 1; it has id, body. Say with --text-field", Json("{\"id\":1,\"body\":\"b\"}"));
        Assert.Contains("in line 1", Json("{\"text\":\"\\ud800\"}"));
        Assert.Contains("line 1 of", Json("{\"text\":\"a\\u0000b\"}"));
        Assert.Contains("in line 1", Json("{\"text\":\"caf\u00e9\"}", Encoding.Latin1));
        Assert.Contains("in line 1", Json(new string('[', 100_000)));
    }

    [Fact]
    public void ALineThatIsTooLongOrWrongIsNamedOnce()
    {
        Assert.Contains("Line 2 of ", Json("{\"text\":\"a\"}\n{\"text\":\"" + new string('b', 68 << 20) + "\"}"));
        string message = Json("{\"text\":\"a\"}\n{\"text\":\"b\",}\n");
        Assert.Contains("in line 2: The JSON object contains a trailing comma", message);
        Assert.DoesNotContain("LineNumber", message);
    }

    [Fact]
    public async Task ParquetFilesThatAreDamaged()
    {
        var text = new DataField<string>("text");
        await using (var stream = File.Create(folder["good.parquet"]))
        {
            await using var writer = await ParquetWriter.CreateAsync(
                new ParquetSchema(text), stream, cancellationToken: TestContext.Current.CancellationToken);
            using var group = writer.CreateRowGroup();
            await group.WriteAsync(text, Enumerable.Range(0, 100).Select(i => $"{i} apples").ToArray());
        }
        byte[] good = await File.ReadAllBytesAsync(folder["good.parquet"], TestContext.Current.CancellationToken);
        Assert.Contains("no Parquet file", FaultOf(folder.Write("empty.parquet", [])));
        Assert.Contains("no Parquet file", FaultOf(folder.Write("not.parquet", "no Parquet at all"u8)));
        Assert.Contains("no Parquet file", FaultOf(folder.Write("cut.parquet", good.AsSpan(0, good.Length / 2))));
        // Metadata with a field of another type kept the library busy for ever.
        byte[] wrong = [.. good];
        int metadata = good.Length - 8 - BitConverter.ToInt32(good, good.Length - 8);
        Assert.Equal(0x19, good[metadata + 2]);
        wrong[metadata + 2] = 0x16;
        Assert.Contains("has Int64 where List belongs", FaultOf(folder.Write("type.parquet", wrong)));
        // Whatever a flipped byte does, it is text that can be read or an error that names the file.
        var random = new Random(1);
        for (int i = 0; i < 300; i++)
        {
            byte[] bad = [.. good];
            bad[random.Next(bad.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                TextsOf(folder.Write("flipped.parquet", bad));
            }
            catch (GpuLmException fault)
            {
                Assert.Contains("flipped.parquet'", fault.Message);
            }
        }
    }

    private string Json(string lines, Encoding? encoding = null) =>
        FaultOf(folder.Write("a.jsonl", (encoding ?? Encoding.UTF8).GetBytes(lines)));

    private static string Letters(int count)
    {
        var random = new Random(1);
        return string.Concat(Enumerable.Range(0, count).Select(_ => (char)('a' + random.Next(26))));
    }

    private static byte[] Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var stream = new GZipStream(packed, CompressionMode.Compress)) stream.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }

    private static byte[] Zstandard(string text)
    {
        using var compressor = new Compressor();
        return compressor.Wrap(Encoding.UTF8.GetBytes(text)).ToArray();
    }

    private static List<string> TextsOf(params string[] paths)
    {
        using var corpus = TextCorpus.Open(paths);
        return [.. corpus.Documents.Select(text => Encoding.UTF8.GetString(text.Span))];
    }

    private static string FaultOf(params string[] paths)
    {
        string message = Assert.Throws<GpuLmException>(() => TextsOf(paths)).Message;
        if (paths.Length == 1) Assert.Contains($"'{paths[0]}'", message);
        Assert.EndsWith(".", message);
        return message;
    }
}
