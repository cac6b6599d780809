using System.Text;
using GpuLm.Generation;
using GpuLm.Tokenization;
using Xunit;

namespace GpuLm.Tests.Tokenization;

public class TokenizerTests
{
    private const string Printable = "Hello, world!\n\tcafé naïve Ωμέγα 日本語 😀👩‍🚀";
    private const string Mixed = Printable + "\r\nend\u0000\u007f";

    [Theory]
    [InlineData("byte")]
    [InlineData("char")]
    [InlineData("bpe:300")]
    [InlineData("gpt2")]
    public void DecodingGivesTheTextBack(string kind)
    {
        var text = Encoding.UTF8.GetBytes(Mixed);
        var tokenizer = Tokenizers.Create(kind, [text]);
        var tokens = new List<int>();
        tokenizer.Encode(text, tokens);

        Assert.Equal(text, tokenizer.Decode([.. tokens]));
        Assert.Equal(text.Length, tokens.Sum(tokenizer.ByteCount));
        Assert.All(tokens, token => Assert.InRange(token, 0, tokenizer.VocabularySize - 1));
    }

    [Fact]
    public void TheByteTokenizerKeepsBytesThatAreNoText()
    {
        var every = Enumerable.Range(0, 256).Select(value => (byte)value).ToArray();
        ITokenizer tokenizer = new ByteTokenizer();
        var tokens = new List<int>();
        tokenizer.Encode(every, tokens);

        Assert.Equal(Enumerable.Range(0, 256), tokens);
        Assert.Equal(every, tokenizer.Decode([.. tokens]));
    }

    [Fact]
    public void TheCharVocabularyIsTheDistinctCharactersInOrder()
    {
        var tokenizer = CharTokenizer.FromText("😀bab\né"u8);

        Assert.Equal(["\n", "a", "b", "é", "😀"], tokenizer.Characters.Select(character => character.ToString()));
        Assert.Equal([4, 2, 1, 2, 0, 3], ((ITokenizer)tokenizer).Encode("😀bab\né"));
    }

    [Fact]
    public void AnUnknownCharacterIsNamedWithItsPlace()
    {
        ITokenizer tokenizer = CharTokenizer.FromText("ab\n"u8);

        var fault = Assert.Throws<UnknownCharacterException>(() => tokenizer.Encode("ab\nab\n😀a"));

        Assert.Equal(("😀", 6L, 3L), (fault.Character.ToString(), fault.Offset, fault.Line));
        Assert.Contains("'😀' (U+1F600) in line 3 (byte 6) is not among the 3 characters", fault.Message);
        Assert.Contains("byte tokenizer", fault.Message);
        Assert.Contains("U+0007 ", Assert.Throws<UnknownCharacterException>(() => tokenizer.Encode("a\a")).Message);
    }

    [Fact]
    public void FaultsSayWhatIsWrong()
    {
        Assert.Contains(
            "There is no tokenizer 'word', nor a folder or file of that name. Tokenizers: byte, char, bpe:N, gpt2, or the folder",
            Assert.Throws<GpuLmException>(() => Tokenizers.Create("word", [])).Message);
        Assert.Contains("not empty", Assert.Throws<GpuLmException>(() => Tokenizers.Create("char", [])).Message);
        byte[] broken = [97, 0xC3, 0x28];
        Assert.Contains("no UTF-8 at byte 1", Assert.Throws<GpuLmException>(() => Tokenizers.Create("char", [broken])).Message);
        Assert.Contains("from 0 to 255", Assert.Throws<ArgumentOutOfRangeException>(() => new ByteTokenizer().BytesOf(256)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => CharTokenizer.FromText("ab"u8).BytesOf(-1));
    }

    [Theory]
    [InlineData("byte")]
    [InlineData("char")]
    [InlineData("bpe:300")]
    [InlineData("gpt2")]
    public void StreamedTextNeverBreaksACharacter(string kind)
    {
        var tokenizer = Tokenizers.Create(kind, [Encoding.UTF8.GetBytes(Printable)]);
        var decoder = new Utf8Text();
        var parts = tokenizer.Encode(Printable).Select(token => decoder.Add(tokenizer.BytesOf(token))).Append(decoder.End()).ToList();

        Assert.Equal(Printable, string.Concat(parts));
        Assert.All(parts, part => Assert.True(part.EnumerateRunes().All(rune => rune != Rune.ReplacementChar)));
    }
}
