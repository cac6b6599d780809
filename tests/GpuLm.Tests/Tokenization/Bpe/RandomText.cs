using System.Text;

namespace GpuLm.Tests.Tokenization.Bpe;

/// <summary>Texts that are hard on a tokenizer: the same ones for the same seed.</summary>
sealed class RandomText(int seed)
{
    static readonly string[] Words =
    [
        "the", "Whale", "don't", "I'll", "we've", "they're", "she'd", "I'm", "it's", "''s", "'S", "'", "’s", "n't've", "12345", "3.14",
        "x²", "½", "Ⅷ", "٣٤", "naïve", "Ωμέγα", "Привет", "שלום", "مرحبا", "हिन्दी", "日本語", "한국어", "ไทย", "e\u0301", "ﬁ", "ß", "İ",
        "😀", "👩‍🚀", "🏳️‍🌈", "--", "...", "!?", "<|endoftext|>", "http://a.b/c?d=e&f", "_x_",
        "\u200B", "\uFEFF", "\uFFFD", "\0", "\x7F", "\x1B[0m", "\u00AD",
    ];

    static readonly string[] Spaces =
    [
        " ", " ", " ", " ", "  ", "   ", "\n", "\n\n", "\r\n", "\t", " \t", "\t ", "\u00A0", " \u00A0", "\u2003", "\u3000 ", "\u0085", "\v",
        "\f", "\u2028",
    ];

    // Scripts, symbols, marks, private use, half of Unicode's blocks.
    static readonly (int First, int Last)[] Ranges =
    [
        (0, 0x7F), (0x80, 0xFF), (0x100, 0x24F), (0x300, 0x3FF), (0x400, 0x6FF), (0x900, 0xDFF), (0x1000, 0x13FF), (0x1E00, 0x20FF),
        (0x2100, 0x2BFF), (0x3000, 0x30FF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0xE000, 0xE0FF), (0xF900, 0xFFFD), (0x1F300, 0x1FAFF),
    ];

    readonly Random random = new(seed);

    /// <summary>Words and spaces, few or many, and between them characters from anywhere.</summary>
    public string Next()
    {
        var text = new StringBuilder();
        for (int count = random.Next(1, 30); count > 0; count--)
        {
            text.Append(random.Next(5) switch
            {
                0 => Spaces[random.Next(Spaces.Length)],
                1 => Character(),
                2 => Spaces[random.Next(Spaces.Length)] + Words[random.Next(Words.Length)],
                _ => Words[random.Next(Words.Length)],
            });
        }
        return text.ToString();
    }

    /// <summary>Bytes of any value, or text in which bytes were changed.</summary>
    public byte[] NextBytes()
    {
        var bytes = Encoding.UTF8.GetBytes(Next());
        if (random.Next(2) == 0) random.NextBytes(bytes);
        for (int changes = random.Next(4); changes > 0; changes--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return bytes;
    }

    string Character()
    {
        var (first, last) = Ranges[random.Next(Ranges.Length)];
        return new Rune(random.Next(first, last + 1)).ToString();
    }
}
