using System.Buffers.Binary;
using System.Text;

namespace GpuLm.Tests.Fuzzing;

/// <summary>Damages valid files: a few random changes of bits, pieces, numbers, strings and nesting.</summary>
/// <param name="random">Seeded: the same numbers give the same damage.</param>
/// <param name="seeds">Valid files; pieces of one are spliced into another.</param>
/// <param name="words">Words that the format knows.</param>
sealed class Mutator(Random random, IReadOnlyList<byte[]> seeds, IReadOnlyList<string> words)
{
    const int MostChanges = 4, MostPiece = 64, MostNesting = 5000;

    static readonly string[] Values =
    [
        "0", "-1", "1", "2", "0.5", "1e999", "-0", "2147483647", "2147483648", "-2147483648", "4294967295", "4294967296",
        "9223372036854775807", "9223372036854775808", "1152921504606846976", "1e308", "NaN", "null", "true", "false", "\"\"", "\"0\"",
        "\"\\ud800\"", "\"\\u0000\"", "\"\\", "[]", "{}", "[[]]", "[null]", "[0,0]", "{\"\":0}", ",", ":", "\u00E9", "\U0001F600",
    ];

    static readonly long[] Extremes =
        [0, 1, -1, 127, 128, 255, 256, 65535, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue, 1L << 60];

    /// <summary>A damaged file.</summary>
    public byte[] Next()
    {
        byte[] file = [.. Any(seeds)];
        for (int changes = random.Next(1, MostChanges + 1); changes > 0; changes--) file = Change(file);
        return file;
    }

    byte[] Change(byte[] file) => random.Next(10) switch
    {
        0 => FlipBit(file),
        1 => file[..random.Next(file.Length + 1)],
        2 => Insert(file, RandomBytes()),
        3 => Insert(file, PieceOf(Any(seeds))),
        4 => Remove(file),
        5 => Insert(file, Encoding.UTF8.GetBytes(words.Count > 0 && random.Next(2) == 0 ? Any(words) : Any(Values))),
        6 => ReplaceRun(file, char.IsAsciiDigit),
        7 => ReplaceRun(file, character => char.IsAsciiLetterOrDigit(character) || character is '_' or '.' or '"'),
        8 => ReplaceInteger(file),
        _ => Nest(file),
    };

    byte[] FlipBit(byte[] file)
    {
        if (file.Length > 0) file[random.Next(file.Length)] ^= (byte)(1 << random.Next(8));
        return file;
    }

    byte[] RandomBytes()
    {
        var bytes = new byte[random.Next(1, 9)];
        random.NextBytes(bytes);
        return bytes;
    }

    byte[] PieceOf(byte[] file)
    {
        int start = random.Next(file.Length + 1);
        return file[start..Math.Min(file.Length, start + random.Next(MostPiece))];
    }

    byte[] Insert(byte[] file, byte[] piece)
    {
        int at = random.Next(file.Length + 1);
        // Over what stands there, or between.
        int over = random.Next(2) == 0 ? 0 : Math.Min(piece.Length, file.Length - at);
        return [.. file.AsSpan(0, at), .. piece, .. file.AsSpan(at + over)];
    }

    byte[] Remove(byte[] file)
    {
        int start = random.Next(file.Length + 1), end = Math.Min(file.Length, start + random.Next(MostPiece));
        return [.. file.AsSpan(0, start), .. file.AsSpan(end)];
    }

    /// <summary>A number, a name or a string of a text format becomes another value or a word of the format.</summary>
    byte[] ReplaceRun(byte[] file, Func<char, bool> belongs)
    {
        if (file.Length == 0) return file;
        int start = random.Next(file.Length);
        while (start < file.Length && !belongs((char)file[start])) start++;
        int end = start;
        while (start > 0 && belongs((char)file[start - 1])) start--;
        while (end < file.Length && belongs((char)file[end])) end++;
        string by = words.Count > 0 && random.Next(3) == 0 ? Any(words) : Any(Values);
        return [.. file.AsSpan(0, start), .. Encoding.UTF8.GetBytes(by), .. file.AsSpan(end)];
    }

    /// <summary>An integer of a binary format becomes an extreme one.</summary>
    byte[] ReplaceInteger(byte[] file)
    {
        if (file.Length < sizeof(long)) return file;
        var place = file.AsSpan(random.Next(2) == 0 ? 0 : random.Next(file.Length - sizeof(long) + 1));
        long value = Extremes[random.Next(Extremes.Length)];
        if (random.Next(2) == 0) BinaryPrimitives.WriteInt64LittleEndian(place, value);
        else BinaryPrimitives.WriteInt32LittleEndian(place, (int)value);
        return file;
    }

    byte[] Nest(byte[] file)
    {
        string bracket = Any((string[])["[", "{\"a\":", "[{\"a\":[", "]", "}"]);
        return Insert(file, Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(bracket, random.Next(1, MostNesting)))));
    }

    T Any<T>(IReadOnlyList<T> list) => list[random.Next(list.Count)];
}
