using System.Text;
using GpuLm.Generation;
using Xunit;

namespace GpuLm.Tests.Generation;

public sealed class Utf8TextTests
{
    static string[] Pieces(params byte[] bytes)
    {
        var stream = new Utf8Text();
        return [.. bytes.Select(b => stream.Add([b])), stream.End()];
    }

    [Fact]
    public void A_character_appears_when_its_last_byte_has_come() =>
        Assert.Equal(["a", "", "é", "", "", "", "😀", ""], Pieces(Encoding.UTF8.GetBytes("aé😀")));

    [Fact]
    public void Broken_bytes_become_the_replacement_character()
    {
        Assert.Equal("\uFFFDa", string.Concat(Pieces(0xC3, (byte)'a')));
        Assert.Equal("\uFFFD", string.Concat(Pieces(0xFF)));
        Assert.Equal("a\uFFFD", string.Concat(Pieces((byte)'a', 0xE2, 0x82)));
    }

    [Fact]
    public void Control_characters_cannot_reach_the_terminal() =>
        Assert.Equal("a\t\uFFFD[2J\n\uFFFD\uFFFD", string.Concat(Pieces([.. "a\t\u001b[2J\n\r"u8, 0x7F])));

    [Fact]
    public void Any_bytes_make_text_without_lone_surrogates()
    {
        var bytes = new byte[5000];
        new Random(3).NextBytes(bytes);
        string text = string.Concat(Pieces(bytes));
        Assert.Equal(text, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)));
    }
}
