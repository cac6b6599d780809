using System.IO.Compression;
using GpuLm.Data.Shards;

namespace GpuLm.Tests.BadInput;

/// <summary>Corpora in other formats than plain text, damaged.</summary>
static class CorpusCases
{
    const string Train = "train --device cpu --steps 1 --out DIR/run " + GoodFiles.Shape + " --text DIR/";

    public static IReadOnlyList<BadInput> All { get; } =
    [
        Damaged("lines that are not JSON", "a.jsonl", "{\"text\": \"a\"}\nThe cat\n", "line 2"),
        Damaged("lines of JSON without the field", "a.jsonl", "{\"body\": \"a\"}\n", "no field \"text\"", "body", "--text-field"),
        Damaged("a field that is no string", "a.jsonl", "{\"text\": 7}\n", "not a string"),
        Damaged("an empty file of lines", "a.jsonl", "\n", "is empty", "Leave it out"),
        Damaged("a gzip file that is none", "a.txt.gz", "The cat sat.", "a.txt.gz", "pack it again"),
        Damaged("a Zstandard file that is none", "a.txt.zst", "The cat sat.", "a.txt.zst", "pack it again"),
        Damaged("a Parquet file that is none", "a.parquet", "The cat sat.", "no Parquet file"),
        Damaged("a token file that is none", "a.bin", "The cat sat.", "no token file", "Give the .bin files of llm.c"),
        Damaged("a text with a zero byte", "a.txt", "The cat\0sat.", "zero byte at offset 7"),
        new("a gzip file cut short", Train + "a.txt.gz", "a.txt.gz", "Its end may be missing")
        {
            Arrange = folder => folder.Write("a.txt.gz", Gzip(File.ReadAllBytes(folder["text.txt"])).AsSpan()[..^12]),
        },
        new("an enormous file of zeros as a text", Train + "a.txt", "zero byte at offset 0")
        {
            Arrange = folder => Sparse.Enlarge(folder["a.txt"]),
        },
        Tokens("a token file cut short", file => file[..^2], "a.bin", "it claims 100 tokens"),
        Tokens("a token file of another version", file => [.. file[..4], 9, .. file[5..]], "version 9"),
        Tokens("a token file of another tokenizer", file => file, "has the tokens of GPT-2", "Use --tokenizer gpt2"),
        new("a token that GPT-2 does not have", Train + "a.bin --tokenizer gpt2", "holds 65535", "50256")
        {
            Arrange = folder => folder.Write("a.bin", [.. Shard()[..^2], 0xFF, 0xFF]),
        },
        new("texts and tokens together", Train + "text.txt DIR/a.bin", "some tokens", "the ones or the others")
        {
            Arrange = folder => folder.Write("a.bin", Shard()),
        },
        new("a pattern that matches nothing", Train + "*.md", "No file matches", "a part of a name"),
    ];

    static BadInput Damaged(string name, string file, string text, params string[] says) =>
        new(name, Train + file, says) { Arrange = folder => folder.Write(file, text) };

    static BadInput Tokens(string name, Func<byte[], byte[]> damage, params string[] says) =>
        new(name, Train + "a.bin", says) { Arrange = folder => folder.Write("a.bin", damage(Shard())) };

    static byte[] Shard()
    {
        const int Tokens = 100;
        var file = new byte[ShardHeader.Size + Tokens * sizeof(ushort)];
        new ShardHeader(ShardHeader.Gpt2Magic, 1, Tokens, 0, 0).Write(file);
        return file;
    }

    static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var stream = new GZipStream(packed, CompressionMode.Compress)) stream.Write(bytes);
        return packed.ToArray();
    }
}
