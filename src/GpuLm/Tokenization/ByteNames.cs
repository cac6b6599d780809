namespace GpuLm.Tokenization;

/// <summary>
/// GPT-2's printable character for each byte: printable Latin-1 bytes stand for themselves, the others take the code points from U+0100 on,
/// in order.
/// </summary>
internal static class ByteNames
{
    private static readonly Dictionary<char, byte> Values;

    static ByteNames()
    {
        All = Make();
        Values = All.Index().ToDictionary(entry => entry.Item, entry => (byte)entry.Index);
    }

    /// <summary>The character of each byte.</summary>
    public static IReadOnlyList<char> All { get; }

    /// <summary>The characters of some bytes.</summary>
    public static string NameOf(ReadOnlySpan<byte> bytes)
    {
        var name = new char[bytes.Length];
        for (int at = 0; at < name.Length; at++) name[at] = All[bytes[at]];
        return new string(name);
    }

    /// <summary>The bytes that a name's characters stand for; nothing if a character stands for none.</summary>
    public static byte[]? Parse(string name)
    {
        var bytes = new byte[name.Length];
        for (int at = 0; at < bytes.Length; at++)
        {
            if (!Values.TryGetValue(name[at], out bytes[at])) return null;
        }
        return bytes;
    }

    private static char[] Make()
    {
        var names = new char[256];
        char next = '\u0100';
        for (int value = 0; value < 256; value++)
        {
            bool printable = value is >= '!' and <= '~' or >= 0xA1 and <= 0xAC or >= 0xAE;
            names[value] = printable ? (char)value : next++;
        }
        return names;
    }
}
