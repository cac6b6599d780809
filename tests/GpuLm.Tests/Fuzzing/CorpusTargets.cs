using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using GpuLm.Data;
using GpuLm.Data.Shards;
using GpuLm.Tokenization;
using Parquet;
using Parquet.Schema;
using ZstdSharp;

namespace GpuLm.Tests.Fuzzing;

/// <summary>Readers of corpora, token files and the cache of tokens.</summary>
static class CorpusTargets
{
    const string Lines = "{\"text\": \"The cat\", \"id\": 1}\n{\"id\": 2, \"text\": \"sat. \\u00e4 \\ud83d\\ude00\"}\n";

    const string Plain = "The cat sat.\n<|endoftext|>\nThe cät lay on the mat.\n";

    static readonly Lazy<ITokenizer> Gpt2 = new(() => Tokenizers.Create("gpt2", []));

    static readonly string[] Words = ["<|endoftext|>", "text", "PAR1"];

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("text", "a.txt", [Bytes(Plain)], ReadCorpus, Words),
        new("text in lines of JSON", "a.jsonl", [Bytes(Lines)], ReadCorpus, Words),
        new("text in gzip", "a.txt.gz", [Gzip(Bytes(Plain))], ReadCorpus),
        new("text in Zstandard", "a.jsonl.zst", [Zstandard(Bytes(Lines))], ReadCorpus),
        new("text in Parquet", "a.parquet", [Parquet()], ReadCorpus, Words)
        {
            // The library allocates what the header of a page claims, an array at most.
            MostAllocated = 5L << 30,
        },
        new("tokens of llm.c", "a.bin", [Gpt2Shard()], ReadTokens),
        new("index of cached tokens", ShardIndex.FileName, [Cache().Index], path => ReadCache(path, "train-00000.bin", Cache().Shard),
            "version", "training", "held_out", "documents", "tokens", "bytes", "files", "left_out", "train-00000.bin", "../"),
        new("cached tokens", "train-00000.bin", [Cache().Shard], path => ReadCache(path, ShardIndex.FileName, Cache().Index)),
    ];

    static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    static void ReadCorpus(string path)
    {
        using var corpus = TextCorpus.Open([path]);
        foreach (var document in corpus.Documents) _ = document.Length;
    }

    static void ReadTokens(string path)
    {
        using var corpus = TextCorpus.Open([path]);
        using var data = CorpusDataset.Open(corpus, Gpt2.Value);
        const int Length = 3;
        int[] inputs = new int[Length], targets = new int[Length];
        data.RequireLength(Length);
        data.FillBatch(1, 0, inputs, targets, 1, Length);
    }

    static void ReadCache(string path, string other, byte[] content)
    {
        string folder = Path.GetDirectoryName(path)!;
        File.WriteAllBytes(Path.Combine(folder, other), content);
        using var shards = ShardFolder.Open(folder);
        shards.Training.CopyWindow(0, new int[2], new int[2]);
    }

    static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var stream = new GZipStream(packed, CompressionMode.Compress)) stream.Write(bytes);
        return packed.ToArray();
    }

    static byte[] Zstandard(byte[] bytes)
    {
        using var compressor = new Compressor();
        return compressor.Wrap(bytes).ToArray();
    }

    static byte[] Parquet() => ParquetAsync().GetAwaiter().GetResult();

    static async Task<byte[]> ParquetAsync()
    {
        using var stream = new MemoryStream();
        var text = new DataField<string>("text");
        await using (var writer = await ParquetWriter.CreateAsync(new ParquetSchema(text), stream))
        {
            using var group = writer.CreateRowGroup();
            await group.WriteAsync(text, Enumerable.Range(0, 20).Select(i => $"{i} apples").ToArray());
        }
        return stream.ToArray();
    }

    static byte[] Gpt2Shard()
    {
        const int Tokens = 100;
        var file = new byte[ShardHeader.Size + Tokens * sizeof(ushort)];
        new ShardHeader(ShardHeader.Gpt2Magic, 1, Tokens, 0, 0).Write(file);
        for (int i = 0; i < Tokens; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(ShardHeader.Size + i * sizeof(ushort)), (ushort)(i * 500));
        }
        return file;
    }

    /// <summary>A folder of the cache with one file of tokens.</summary>
    static (byte[] Index, byte[] Shard) Cache()
    {
        using var folder = new TemporaryFolder();
        ShardPart part;
        using (var sink = new ShardSink(folder.Path, "train", 256))
        {
            sink.Add([1, 2, 3, 4, 5, 6, 7], bytes: 7, documents: 1);
            part = sink.ToPart();
        }
        new ShardIndex(ShardIndex.CurrentVersion, part, new ShardPart(0, 0, 0, []), 0).Save(folder.Path);
        return (File.ReadAllBytes(folder[ShardIndex.FileName]), File.ReadAllBytes(folder[part.Files[0]]));
    }
}
