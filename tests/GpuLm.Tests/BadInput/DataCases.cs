using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace GpuLm.Tests.BadInput;

/// <summary>Corpora of several files and formats, their tokens, and data sets to fetch.</summary>
static class DataCases
{
    const string Train = "train --device cpu --steps 1 --out DIR/run " + GoodFiles.Shape + " --text ";
    const string Prepare = "data prepare --cache DIR/cache --text ";

    public static IReadOnlyList<BadInput> All { get; } =
    [
        new("a pattern that matches nothing", Train + "DIR/*.jsonl", "No file matches", "In a pattern"),
        With("a text with a zero byte", Train + "DIR/zero.txt", "zero.txt", "a\0b"u8, "zero byte at offset 1", "Leave the file out"),
        With("a packed text that is called plain", Train + "DIR/plain.txt", "plain.txt", Gzip("text"), "packed by gzip", "unpack it"),
        With("a packed text that is cut short", Train + "DIR/cut.txt.gz", "cut.txt.gz", Gzip("text").AsSpan()[..^9], "end may be missing"),
        With("a packed text that is not packed", Train + "DIR/not.txt.zst", "not.txt.zst", "text"u8, "end may be missing"),
        With("a line that is no JSON", Train + "DIR/a.jsonl", "a.jsonl", "{\"text\":\"a\"}\n{\"text\":"u8, "in line 2", "Mend the line"),
        With(
            "a line without the field", Train + "DIR/a.jsonl", "a.jsonl", "{\"body\":\"a\"}"u8, "no field \"text\" in line 1; it has body",
            "--text-field"),
        With("a line whose field is a number", Train + "DIR/a.jsonl", "a.jsonl", "{\"text\":1}"u8, "is Number, not a string"),
        With("a Parquet file that is none", Train + "DIR/a.parquet", "a.parquet", "PAR1 no PAR1"u8, "no Parquet file", "fetch it again"),
        With(
            "a token file that is cut short", Train + "DIR/a.bin", "a.bin", Tokens(20).AsSpan()[..^1], "it has 1,063",
            "Give the .bin files"),
        With("a token file that is none", Train + "DIR/a.bin", "a.bin", new byte[2000], "it starts with 0"),
        With("a token file of another version", Train + "DIR/a.bin", "a.bin", [.. Tokens(20)[..4], 9, .. Tokens(20)[5..]], "version 9"),
        With(
            "a token that GPT-2 does not have", Train + "DIR/a.bin --tokenizer gpt2", "a.bin", [.. Tokens(40).AsSpan()[..^2], 0xFF, 0xFF],
            "holds 65535", "50256"),
        With("a token file and another tokenizer", Train + "DIR/a.bin", "a.bin", Tokens(20), "Use --tokenizer gpt2"),
        With("tokens and text together", Train + "DIR/a.bin DIR/text.txt", "a.bin", Tokens(20), "some tokens"),
        new("an enormous file of zeros", "evaluate --model DIR/model --device cpu --text DIR/a.txt", "zero byte at offset 0")
        {
            Arrange = folder => Sparse.Enlarge(folder["a.txt"]),
        },
        new("a text to validate on that is missing", Train + "DIR/text.txt --validation DIR/none.txt", "none.txt"),
        new("the text itself to validate on", Train + "DIR/text.txt --validation DIR/text.txt", "nothing is left to train"),
        BadInput.Usage("a --held-out above 1", Train + "DIR/text.txt --held-out 2", "--held-out takes a number"),
        BadInput.Usage("a --held-out of 0", Train + "DIR/text.txt --held-out 0", "--held-out takes a number"),
        BadInput.Usage("nothing to prepare", "data prepare", "give --text"),
        new("a file as the cache", "data prepare --text DIR/text.txt --cache DIR/text.txt", "could not be kept", "--cache"),
        new("a cache where nobody can write", "data prepare --text DIR/text.txt --cache /proc/gpulm", "could not be kept", "--cache")
        {
            Arrange = _ => Linux.Require("a folder that nobody can write to: /proc"),
        },
        new("a cache on a full disk", Prepare.Replace("DIR/cache", "DIR/disk") + "DIR/text.txt", "could not be kept", "Free some space")
        {
            DiskBytes = 1 << 12,
        },
        new("a data set that nobody knows", "data fetch c4", "There is no data set 'c4'", "tiny-shakespeare"),
        BadInput.Usage("no data set to fetch", "data fetch", "Required argument missing"),
        BadInput.Usage("a mirror that is no address", "data fetch enwik8 --mirror here", "--mirror takes the address"),
        new("a data set into a file", "data fetch enwik8 --out DIR/text.txt --mirror http://127.0.0.1:9", "could not be written", "--out"),
    ];

    static BadInput With(string name, string line, string file, ReadOnlySpan<byte> content, params string[] says)
    {
        byte[] bytes = content.ToArray();
        return new BadInput(name, line, says) { Arrange = folder => folder.Write(file, bytes) };
    }

    static byte[] Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var stream = new GZipStream(packed, CompressionMode.Compress)) stream.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }

    static byte[] Tokens(int count)
    {
        var bytes = new byte[1024 + (2 * count)];
        int[] header = [20240520, 1, count];
        for (int i = 0; i < header.Length; i++) BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4 * i), header[i]);
        return bytes;
    }
}
