using System.Buffers.Binary;

namespace GpuLm.Data.Shards;

/// <summary>
/// The first 1,024 bytes of a file of tokens: 256 little-endian 32-bit numbers, as in llm.c
/// (https://github.com/karpathy/llm.c, dev/data/data_common.py), whose files are read as they are. The tokens follow.
/// </summary>
/// <param name="Magic">Which kind of file it is.</param>
/// <param name="Version">The version of that kind.</param>
/// <param name="Tokens">The number of tokens.</param>
/// <param name="TokenBytes">Bytes of a token: 2 or 4. Only our own files write it down.</param>
/// <param name="Checksum">XXH3 of the tokens' bytes. Only our own files have one.</param>
internal readonly record struct ShardHeader(int Magic, int Version, int Tokens, int TokenBytes, ulong Checksum)
{
    /// <summary>The size of the header in bytes.</summary>
    public const int Size = 1024;

    /// <summary>"GPLM", our own files.</summary>
    public const int OwnMagic = 0x4D4C5047;

    /// <summary>llm.c's files of GPT-2's tokens, 2 bytes each.</summary>
    public const int Gpt2Magic = 20240520;

    /// <summary>llm.c's files of Llama 3's tokens, 4 bytes each.</summary>
    public const int Llama3Magic = 20240801;

    private const int OwnVersion = 1, Gpt2Version = 1, Llama3Version = 7;

    /// <summary>The header of one of our own files.</summary>
    public static ShardHeader Own(int tokens, int tokenBytes, ulong checksum) => new(OwnMagic, OwnVersion, tokens, tokenBytes, checksum);

    /// <summary>The size of the whole file in bytes.</summary>
    public long FileBytes => Size + ((long)Tokens * TokenBytes);

    /// <summary>Writes the header.</summary>
    public void Write(Span<byte> bytes)
    {
        bytes[..Size].Clear();
        int[] fields = [Magic, Version, Tokens, TokenBytes];
        for (int i = 0; i < fields.Length; i++) BinaryPrimitives.WriteInt32LittleEndian(bytes[(4 * i)..], fields[i]);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[(4 * fields.Length)..], Checksum);
    }

    /// <summary>Reads a header and checks all that can be checked without the tokens.</summary>
    /// <param name="bytes">The start of the file.</param>
    /// <param name="fileBytes">The size of the file.</param>
    /// <exception cref="InvalidDataException">It is no file of tokens, or not a whole one.</exception>
    public static ShardHeader Read(ReadOnlySpan<byte> bytes, long fileBytes)
    {
        if (bytes.Length < Size) throw new InvalidDataException($"it has {fileBytes} bytes; the header alone has {Size}");
        int Field(ReadOnlySpan<byte> of, int i) => BinaryPrimitives.ReadInt32LittleEndian(of[(4 * i)..]);
        int magic = Field(bytes, 0), version = Field(bytes, 1), tokens = Field(bytes, 2);
        var (known, tokenBytes) = magic switch
        {
            OwnMagic => (OwnVersion, Field(bytes, 3)),
            Gpt2Magic => (Gpt2Version, sizeof(ushort)),
            Llama3Magic => (Llama3Version, sizeof(int)),
            _ => throw new InvalidDataException($"it starts with {magic}, not with {Gpt2Magic} or {Llama3Magic} as llm.c's files do"),
        };
        if (version != known) throw new InvalidDataException($"it is of version {version}; known is {known}");
        if (tokens < 0 || tokenBytes is not (2 or 4)) throw new InvalidDataException($"it claims {tokens} tokens of {tokenBytes} bytes");
        ulong checksum = magic == OwnMagic ? BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]) : 0;
        var header = new ShardHeader(magic, version, tokens, tokenBytes, checksum);
        return header.FileBytes == fileBytes
            ? header
            : throw new InvalidDataException(
                $"it claims {tokens:N0} tokens, which takes {header.FileBytes:N0} bytes; it has {fileBytes:N0}");
    }
}
