using System.Text;
using System.Text.RegularExpressions;
using GpuLm.Tokenization.Bpe;
using Xunit;

namespace GpuLm.Tests.Tokenization.Bpe;

public partial class PieceScannerTests
{
    [Fact]
    public void PiecesAreThoseOfTheRegularExpression()
    {
        var random = new RandomText(seed: 1);
        for (int i = 0; i < 5000; i++)
        {
            string text = random.Next();
            Assert.Equal(Gpt2Pattern().Matches(text).Select(match => match.Value), Pieces(text));
        }
    }

    [Theory]
    [InlineData("Hello world", "Hello", " world")]
    [InlineData("we've don't I'll 'sup", "we", "'ve", " don", "'t", " I", "'ll", " '", "sup")]
    [InlineData("it'S 'Tis'", "it", "'", "S", " '", "Tis", "'")]
    [InlineData("a  b   c", "a", " ", " b", "  ", " c")]
    [InlineData("a\n\nb\n c", "a", "\n", "\n", "b", "\n", " c")]
    [InlineData(" \n a  ", " \n", " a", "  ")]
    [InlineData("x=12, y=3.14", "x", "=", "12", ",", " y", "=", "3", ".", "14")]
    [InlineData("\t", "\t")]
    // Letters and digits above U+FFFF, of which .NET's regular expressions see halves.
    [InlineData("a𝐀𠀀 𝟘𝟙!", "a𝐀𠀀", " 𝟘𝟙", "!")]
    public void PiecesByExample(string text, params string[] pieces) => Assert.Equal(pieces, Pieces(text));

    [Fact]
    public void BrokenBytesAreNeitherSpaceNorLetterNorNumber()
    {
        byte[] text = [.. "ab"u8, 0xC3, 0xFF, (byte)'!', .. " c"u8, 0xE2, 0x82];

        Assert.Equal(["61-62", "C3-FF-21", "20-63", "E2-82"], Pieces(text).Select(piece => BitConverter.ToString(piece)));
    }

    [Fact]
    public void ACutNeverChangesThePieces()
    {
        var random = new RandomText(seed: 2);
        int cuts = 0;
        for (int i = 0; i < 200; i++)
        {
            byte[] text = random.NextBytes();
            int last = -1;
            for (int position = 0; position <= text.Length; position++)
            {
                int cut = PieceScanner.CutBefore(text, position);
                Assert.InRange(cut, 0, position);
                if (cut == last) continue;
                last = cut;
                Assert.Equal(Pieces(text), [.. Pieces(text[..cut]), .. Pieces(text[cut..])]);
                if (cut > 0) cuts++;
            }
        }
        Assert.True(cuts > 400);
    }

    [Theory]
    [InlineData("日本。\n日本", 9)]
    [InlineData("日本。\u3000日本", 9)]
    [InlineData("日本\u3000\n日本", 6)]
    [InlineData("日本\u00A0 \u2028日", 6)]
    [InlineData("日本日本", 0)]
    public void ATextIsCutAlsoBehindCharactersThatAreNotAscii(string text, int cut)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        Assert.Equal(cut, PieceScanner.CutBefore(utf8, utf8.Length - 1));
    }

    [Fact]
    public void ACutInsideAPieceTurnsTheCheckRed() =>
        Assert.NotEqual(Pieces("ab"u8.ToArray()), [.. Pieces("a"u8.ToArray()), .. Pieces("b"u8.ToArray())]);

    static IEnumerable<string> Pieces(string text) => Pieces(Encoding.UTF8.GetBytes(text)).Select(Encoding.UTF8.GetString);

    static List<byte[]> Pieces(byte[] text)
    {
        var pieces = new List<byte[]>();
        for (int at = 0; at < text.Length; at += pieces[^1].Length)
        {
            pieces.Add(text.AsSpan(at, PieceScanner.FirstLength(text.AsSpan(at))).ToArray());
        }
        return pieces;
    }

    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")]
    private static partial Regex Gpt2Pattern();
}
