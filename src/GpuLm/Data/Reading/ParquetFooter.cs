using System.Buffers.Binary;

namespace GpuLm.Data.Reading;

/// <summary>
/// Checks a Parquet file's metadata before the library reads it. The library takes a field's type for granted and reads on where the bytes
/// end, so that damaged metadata kept it busy for ever. Metadata is a struct of Thrift's compact protocol
/// (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md), followed by its length and <c>PAR1</c>.
/// </summary>
internal ref struct ParquetFooter
{
    private const int TailBytes = 8, MostBytes = 1 << 28, MostNesting = 32, MostVarintBytes = 10, LongList = 15;

    private static ReadOnlySpan<byte> Magic => "PAR1"u8;

    private ReadOnlySpan<byte> rest;

    /// <summary>Requires metadata that has the fields' types and ends within its bytes.</summary>
    /// <param name="file">The file; its position moves.</param>
    /// <exception cref="InvalidDataException">The metadata is damaged.</exception>
    public static void Require(Stream file)
    {
        var tail = new byte[TailBytes];
        if (file.Length < 2 * TailBytes) throw new InvalidDataException($"it has {file.Length} bytes");
        file.Seek(-TailBytes, SeekOrigin.End);
        file.ReadExactly(tail);
        if (!tail.AsSpan().EndsWith(Magic)) throw new InvalidDataException("it does not end with PAR1");
        int length = BinaryPrimitives.ReadInt32LittleEndian(tail);
        if (length < 0 || length > Math.Min(MostBytes, file.Length - TailBytes))
        {
            throw new InvalidDataException($"its metadata claims {length} bytes, and the file has {file.Length}");
        }
        var metadata = new byte[length];
        file.Seek(-TailBytes - length, SeekOrigin.End);
        file.ReadExactly(metadata);
        file.Position = 0;
        new ParquetFooter { rest = metadata }.SkipStruct(ParquetShape.FileMetaData, nesting: 0);
    }

    private void SkipStruct(ParquetShape? shape, int nesting)
    {
        if (nesting > MostNesting) throw new InvalidDataException("its metadata is nested too deeply");
        for (int number = 0; Take(1)[0] is var header && header != (byte)WireType.Stop;)
        {
            int step = header >> 4;
            number = step > 0 ? number + step : (short)ZigZag(Varint());
            var known = shape?.Fields?.GetValueOrDefault(number);
            Skip((WireType)(header & 15), known, nesting, inList: false);
        }
    }

    private void Skip(WireType type, ParquetShape? shape, int nesting, bool inList)
    {
        if (shape is not null && shape.Type != (type == WireType.False ? WireType.True : type))
        {
            throw new InvalidDataException($"its metadata has {type} where {shape.Type} belongs");
        }
        switch (type)
        {
            case WireType.True or WireType.False when !inList:
                break;
            case WireType.Byte:
                Take(1);
                break;
            case WireType.Int16 or WireType.Int32 or WireType.Int64:
                Varint();
                break;
            case WireType.Double:
                Take(sizeof(double));
                break;
            case WireType.Binary:
                Take(Varint());
                break;
            case WireType.List:
                SkipList(shape?.Element, nesting);
                break;
            case WireType.Struct:
                SkipStruct(shape, nesting + 1);
                break;
            default:
                throw new InvalidDataException($"its metadata has a field of the type {(int)type}, which Parquet does not use");
        }
    }

    private void SkipList(ParquetShape? element, int nesting)
    {
        byte header = Take(1)[0];
        ulong count = header >> 4 == LongList ? Varint() : (ulong)(header >> 4);
        // Each element takes a byte or more.
        if (count > (ulong)rest.Length) throw new InvalidDataException($"its metadata has a list of {count} in {rest.Length} bytes");
        for (ulong i = 0; i < count; i++) Skip((WireType)(header & 15), element, nesting + 1, inList: true);
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int i = 0; i < MostVarintBytes; i++)
        {
            byte part = Take(1)[0];
            value |= (ulong)(part & 0x7F) << (7 * i);
            if (part < 0x80) return value;
        }
        throw new InvalidDataException("its metadata has a number that does not end");
    }

    private static long ZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)rest.Length) throw new InvalidDataException("its metadata does not end where it should");
        var taken = rest[..(int)count];
        rest = rest[(int)count..];
        return taken;
    }
}
