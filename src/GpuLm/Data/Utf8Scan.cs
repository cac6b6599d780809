using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace GpuLm.Data;

internal static class Utf8Scan
{
    /// <summary>The last position at or before <paramref name="position"/> at which a character may start.</summary>
    public static int CharacterStart(ReadOnlySpan<byte> utf8, int position)
    {
        while (position > 0 && position < utf8.Length && (utf8[position] & 0xC0) == 0x80) position--;
        return position;
    }

    /// <summary>The first byte that is no UTF-8, or -1.</summary>
    public static int FirstFault(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes)) return -1;
        int at = 0;
        while (Rune.DecodeFromUtf8(bytes[at..], out _, out int used) == OperationStatus.Done) at += used;
        return at;
    }
}
