using System.IO.Compression;
using ZstdSharp;

namespace GpuLm.Data.Reading;

/// <summary>The unpacked bytes of a file, without a byte order mark at their start.</summary>
internal sealed class CorpusInput : IDisposable
{
    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    private readonly FileStream packed;
    private readonly Stream stream;
    private readonly CorpusFile file;

    /// <summary>Without this switch .NET takes a gzip file whose end is missing for a whole one.</summary>
    static CorpusInput() => AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);

    public CorpusInput(CorpusFile file)
    {
        this.file = file;
        packed = Open(file);
        stream = file.Packing switch
        {
            Packing.Gzip => new GZipStream(packed, CompressionMode.Decompress),
            Packing.Zstandard => new DecompressionStream(packed),
            _ => packed,
        };
    }

    /// <summary>Bytes of the file, as it lies on the disk, that were read.</summary>
    public long PackedBytes => packed.Position;

    /// <summary>Unpacked bytes that were read.</summary>
    public long Offset { get; private set; }

    /// <summary>Opens a file to be read from its start to its end.</summary>
    /// <exception cref="GpuLmException">It cannot be opened.</exception>
    public static FileStream Open(CorpusFile file)
    {
        FileStream stream;
        try
        {
            stream = new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GpuLmException($"{file.Name} cannot be read: {e.Message} Check that it is there and that you may read it.", e);
        }
        if (stream.CanSeek) return stream;
        stream.Dispose();
        throw new GpuLmException(
            $"{file.Name} is a pipe, which can be read once only, and a text is read more than once. Name a file, or send the pipe to "
            + "standard input and name -.");
    }

    /// <summary>Reads as many bytes as there are, up to the length of the buffer.</summary>
    /// <exception cref="GpuLmException">The file is damaged or its end is missing.</exception>
    public int Read(Span<byte> buffer)
    {
        try
        {
            int count = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            RequireMembers(count);
            if (file.Packing == Packing.Gzip && count < buffer.Length) RequireEnd();
            Offset += count;
            return count;
        }
        catch (Exception e) when (e is InvalidDataException or ZstdException or EndOfStreamException or IOException)
        {
            string remedy = file.Packing == Packing.None
                ? "Check that you may read it, and the disk."
                : "Its end may be missing; fetch it or pack it again.";
            throw new GpuLmException($"{file.Name} cannot be read after {Offset:N0} bytes of text: {e.Message.TrimEnd('.')}. {remedy}", e);
        }
    }

    /// <summary>Whether these are the bytes that the text's start may be marked with.</summary>
    public static int MarkLength(ReadOnlySpan<byte> start) => start.StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0;

    public void Dispose()
    {
        stream.Dispose();
        packed.Dispose();
    }

    /// <summary>A packed file of no bytes unpacks to no bytes, though it lacks even a header.</summary>
    private void RequireMembers(int count)
    {
        if (file.Packing != Packing.None && count == 0 && Offset == 0 && packed.Length < MinimumMember)
        {
            throw new InvalidDataException($"it has {packed.Length} bytes, too few for its ending.");
        }
    }

    /// <summary>
    /// .NET takes what follows a gzip member, and is no member, for the file's end; so a member whose header is damaged would be lost.
    /// Zeros are padding.
    /// </summary>
    private void RequireEnd()
    {
        long end = packed.Position;
        var block = new byte[1 << 16];
        for (int read; (read = packed.Read(block)) > 0;)
        {
            if (block.AsSpan(0, read).ContainsAnyExcept((byte)0))
            {
                throw new InvalidDataException($"what follows its byte {end:N0} is not packed by gzip");
            }
        }
    }

    /// <summary>The least bytes that gzip (18) and Zstandard (9) pack anything in.</summary>
    private const int MinimumMember = 9;
}
