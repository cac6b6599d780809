using System.Buffers;
using System.IO.Hashing;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using GpuLm.Data.Tokens;

namespace GpuLm.Data.Shards;

/// <summary>A file of tokens, mapped: the system reads the parts that are used, and forgets them when memory runs short.</summary>
internal sealed unsafe class MappedTokens : IDisposable
{
    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;
    private readonly byte* bytes;

    private MappedTokens(MemoryMappedFile file, ShardHeader header)
    {
        (this.file, Header) = (file, header);
        view = file.CreateViewAccessor(0, header.FileBytes, MemoryMappedFileAccess.Read);
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref bytes);
        bytes += view.PointerOffset + ShardHeader.Size;
        Segment = header.TokenBytes == sizeof(ushort)
            ? new TokenSegment(new Map<ushort>(this).Memory, default)
            : new TokenSegment(default, new Map<int>(this).Memory);
    }

    public ShardHeader Header { get; }

    /// <summary>The tokens; not to be read once this is disposed.</summary>
    public TokenSegment Segment { get; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="InvalidDataException">It is no file of tokens, or not a whole one.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static MappedTokens Open(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            var start = new byte[ShardHeader.Size];
            int count = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            var header = ShardHeader.Read(start.AsSpan(0, count), stream.Length);
            var file = MemoryMappedFile.CreateFromFile(
                stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            return new MappedTokens(file, header);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Reads all tokens and compares their checksum with the header's.</summary>
    /// <exception cref="InvalidDataException">They are not those that were written.</exception>
    public void RequireChecksum()
    {
        if (Hash() != Header.Checksum) throw new InvalidDataException("its tokens do not have its checksum");
    }

    /// <summary>XXH3 of the tokens' bytes.</summary>
    public ulong Hash()
    {
        var hash = new XxHash3();
        long length = Header.FileBytes - ShardHeader.Size;
        for (long at = 0; at < length; at += 1 << 24) hash.Append(new ReadOnlySpan<byte>(bytes + at, (int)Math.Min(1 << 24, length - at)));
        return hash.GetCurrentHashAsUInt64();
    }

    public void Dispose()
    {
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        file.Dispose();
    }

    private sealed class Map<T>(MappedTokens owner) : MemoryManager<T>
        where T : unmanaged
    {
        public override Span<T> GetSpan() => new(owner.bytes, owner.Header.Tokens);

        public override MemoryHandle Pin(int elementIndex = 0) => new((T*)owner.bytes + elementIndex);

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
