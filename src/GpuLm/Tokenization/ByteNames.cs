namespace GpuLm.Tokenization;

/// <summary>
/// GPT-2's printable character for each byte: printable Latin-1 bytes stand for themselves, the others take the code points from U+0100 on,
/// in order.
/// </summary>
internal static class ByteNames
{
    /// <summary>The character of each byte.</summary>
    public static IReadOnlyList<char> All { get; } = Make();

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
