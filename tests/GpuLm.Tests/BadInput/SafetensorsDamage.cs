using System.Buffers.Binary;
using System.Text;

namespace GpuLm.Tests.BadInput;

/// <summary>Damage to the parts of a safetensors file: 8 bytes of header length, the header, the data.</summary>
static class SafetensorsDamage
{
    const int LengthBytes = 8;

    /// <summary>Replaces words of the header; its length follows, the data stays.</summary>
    public static byte[] InHeader(byte[] file, string words, string by)
    {
        int end = LengthBytes + (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        string header = Encoding.UTF8.GetString(file, LengthBytes, end - LengthBytes);
        if (!header.Contains(words, StringComparison.Ordinal)) throw new ArgumentException($"The header does not hold '{words}': {header}");
        return File(Encoding.UTF8.GetBytes(header.Replace(words, by, StringComparison.Ordinal)), file.AsSpan(end));
    }

    /// <summary>Claims another length of the header.</summary>
    public static byte[] HeaderLength(byte[] file, ulong length)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);
        return file;
    }

    static byte[] File(byte[] header, ReadOnlySpan<byte> data)
    {
        var length = new byte[LengthBytes];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. header, .. data];
    }
}
