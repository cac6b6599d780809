using System.Buffers.Binary;
using System.Text;
using Xunit;

namespace GpuLm.Tests.Cli.Watch;

/// <summary>
/// Reads TensorBoard's event files from the formats' descriptions alone and shares nothing with the writer: records by their lengths, a
/// CRC-32C bit by bit, and Protocol Buffers' wire format (https://protobuf.dev/programming-guides/encoding/) by field numbers.
/// </summary>
static class EventFileReader
{
    /// <summary>The messages of a file.</summary>
    /// <exception cref="InvalidDataException">The file is cut off, or a checksum is wrong.</exception>
    public static List<WireMessage> Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        var events = new List<WireMessage>();
        for (int at = 0; at < file.Length;)
        {
            var rest = file.AsSpan(at);
            if (rest.Length < 16) throw new InvalidDataException("A record's head is cut off.");
            Check(rest[..8], rest[8..]);
            int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(rest);
            if (rest.Length < 16 + length) throw new InvalidDataException("A record is cut off.");
            Check(rest.Slice(12, length), rest[(12 + length)..]);
            events.Add(new WireMessage(rest.Slice(12, length).ToArray()));
            at += 16 + length;
        }
        return events;
    }

    static void Check(ReadOnlySpan<byte> data, ReadOnlySpan<byte> stored)
    {
        uint crc = Crc32C(data);
        uint masked = unchecked(((crc >> 15) | (crc << 17)) + 0xa282ead8);
        if (masked != BinaryPrimitives.ReadUInt32LittleEndian(stored)) throw new InvalidDataException("A checksum is wrong.");
    }

    /// <summary>CRC-32C of RFC 3720: the Castagnoli polynomial 0x1EDC6F41, bits reversed.</summary>
    public static uint Crc32C(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) == 0 ? 0 : 0x82F63B78);
        }
        return ~crc;
    }
}

/// <summary>A message whose fields are known by their numbers.</summary>
sealed class WireMessage
{
    readonly List<(int Field, ulong Number, byte[] Bytes)> fields = [];

    public WireMessage(byte[] data)
    {
        int at = 0;
        while (at < data.Length)
        {
            ulong key = Varint(data, ref at);
            int field = (int)(key >> 3);
            switch (key & 7)
            {
                case 0:
                    fields.Add((field, Varint(data, ref at), []));
                    break;
                case 1:
                    fields.Add((field, BinaryPrimitives.ReadUInt64LittleEndian(data.AsSpan(at)), []));
                    at += 8;
                    break;
                case 2:
                    int length = (int)Varint(data, ref at);
                    fields.Add((field, 0, data[at..(at + length)]));
                    at += length;
                    break;
                case 5:
                    fields.Add((field, BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan(at)), []));
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"Field {field} has the unknown wire type {key & 7}.");
            }
        }
    }

    public bool Has(int field) => fields.Any(one => one.Field == field);

    public long Integer(int field) => (long)fields.SingleOrDefault(one => one.Field == field).Number;

    public float Single(int field) => BitConverter.UInt32BitsToSingle((uint)fields.Single(one => one.Field == field).Number);

    public double Double(int field) => BitConverter.UInt64BitsToDouble(fields.Single(one => one.Field == field).Number);

    public string Text(int field) => Encoding.UTF8.GetString(fields.Single(one => one.Field == field).Bytes);

    public WireMessage Message(int field) => Assert.Single(Messages(field));

    public IReadOnlyList<WireMessage> Messages(int field) =>
        [.. fields.Where(one => one.Field == field).Select(one => new WireMessage(one.Bytes))];

    static ulong Varint(byte[] data, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte part = data[at++];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80) return value;
        }
    }
}
