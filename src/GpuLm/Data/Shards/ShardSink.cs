using System.IO.Hashing;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using GpuLm.Data.Tokens;

namespace GpuLm.Data.Shards;

/// <summary>Writes the tokens of one part of a corpus into files <c>NAME-00000.bin</c>, <c>NAME-00001.bin</c> ...</summary>
/// <param name="folder">Their folder.</param>
/// <param name="name">The part's name.</param>
/// <param name="vocabularySize">2 bytes hold a token of at most 65,536; else it takes 4.</param>
internal sealed class ShardSink(string folder, string name, int vocabularySize) : TokenSink, IDisposable
{
    private readonly int tokenBytes = vocabularySize > 1 << 16 ? sizeof(int) : sizeof(ushort);
    private readonly List<string> files = [];
    private readonly XxHash3 hash = new();
    private FileStream? shard;
    private int written;

    /// <summary>Tokens in a file, at most.</summary>
    public int TokensPerShard { get; init; } = 1 << 28;

    /// <summary>Ends the last file, and says what was written.</summary>
    public ShardPart ToPart()
    {
        Finish();
        return new ShardPart(Documents, Tokens, Bytes, files);
    }

    public void Dispose() => shard?.Dispose();

    protected override void Append(ReadOnlySpan<int> tokens)
    {
        while (!tokens.IsEmpty)
        {
            shard ??= Start();
            int count = Math.Min(tokens.Length, TokensPerShard - written);
            Write(tokens[..count]);
            tokens = tokens[count..];
            if (written == TokensPerShard) Finish();
        }
    }

    private void Finish()
    {
        if (shard is null) return;
        var header = new byte[ShardHeader.Size];
        ShardHeader.Own(written, tokenBytes, hash.GetCurrentHashAsUInt64()).Write(header);
        shard.Position = 0;
        shard.Write(header);
        shard.Flush(flushToDisk: true);
        shard.Dispose();
        shard = null;
        hash.Reset();
        written = 0;
    }

    private FileStream Start()
    {
        files.Add($"{name}-{files.Count:D5}.bin");
        var stream = new FileStream(Path.Combine(folder, files[^1]), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
        stream.Write(new byte[ShardHeader.Size]);
        return stream;
    }

    private void Write(ReadOnlySpan<int> tokens)
    {
        ReadOnlySpan<byte> bytes;
        if (tokenBytes == sizeof(int)) bytes = MemoryMarshal.AsBytes(tokens);
        else
        {
            var shorts = new ushort[tokens.Length];
            TensorPrimitives.ConvertTruncating<int, ushort>(tokens, shorts);
            bytes = MemoryMarshal.AsBytes<ushort>(shorts);
        }
        hash.Append(bytes);
        shard!.Write(bytes);
        written += tokens.Length;
    }
}
