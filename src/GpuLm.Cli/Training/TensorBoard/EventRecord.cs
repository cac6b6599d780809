using System.Buffers.Binary;
using System.Numerics;

namespace GpuLm.Cli.Training.TensorBoard;

/// <summary>
/// One record of a TFRecord file: length of the data (u64), masked CRC-32C of these eight bytes (u32), the data, masked CRC-32C of the data
/// (u32), all little-endian. Format: https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details
/// </summary>
static class EventRecord
{
    const uint MaskDelta = 0xa282ead8;

    /// <summary>The whole record, to be written at once.</summary>
    public static byte[] Of(ReadOnlySpan<byte> data)
    {
        var record = new byte[sizeof(ulong) + sizeof(uint) + data.Length + sizeof(uint)];
        var span = record.AsSpan();
        BinaryPrimitives.WriteUInt64LittleEndian(span, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(span[sizeof(ulong)..], MaskedCrc(span[..sizeof(ulong)]));
        data.CopyTo(span[(sizeof(ulong) + sizeof(uint))..]);
        BinaryPrimitives.WriteUInt32LittleEndian(span[^sizeof(uint)..], MaskedCrc(data));
        return record;
    }

    static uint MaskedCrc(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data) crc = BitOperations.Crc32C(crc, value);
        return BitOperations.RotateRight(~crc, 15) + MaskDelta;
    }
}
