using System.Text;
using GpuLm.Generation;
using Xunit;

namespace GpuLm.Tests.Generation;

public sealed class StopTextsTests
{
    [Theory]
    [InlineData("abcdef", "cd", "ab")]
    [InlineData("ababac", "abac", "ab")]
    [InlineData("aaaaab", "aab", "aaa")]
    [InlineData("the end", "", "the end")]
    [InlineData("smile 😀 end", "😀", "smile ")]
    [InlineData("abcd", "abcd,bc", "a")]
    [InlineData("xabc", "bc,abc", "x")]
    [InlineData("abc", "abcd", "abc")]
    public void However_the_bytes_are_cut_the_same_is_let_go(string text, string stops, string expected)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        for (int size = 1; size <= bytes.Length; size++)
        {
            var matcher = new StopTexts(stops.Length == 0 ? ["never"] : stops.Split(','));
            var released = new List<byte>();
            foreach (byte[] piece in bytes.Chunk(size))
            {
                released.AddRange(matcher.Add(piece));
                if (matcher.Found) break;
            }
            if (!matcher.Found) released.AddRange(matcher.End());
            Assert.Equal(expected, Encoding.UTF8.GetString([.. released]));
            Assert.Equal(expected != text, matcher.Found);
        }
    }

    [Fact]
    public void Nothing_of_a_stop_text_leaves_before_it_is_known_to_be_none()
    {
        var matcher = new StopTexts(["END"]);
        Assert.Equal("a"u8.ToArray(), matcher.Add("aE"u8));
        Assert.Empty(matcher.Add("N"u8));
        Assert.Equal("EN"u8.ToArray(), matcher.Add("E"u8));
        Assert.Equal("Ex"u8.ToArray(), matcher.Add("x"u8));
    }
}
