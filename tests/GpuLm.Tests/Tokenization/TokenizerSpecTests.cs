using System.Text;
using GpuLm.Tokenization;
using Xunit;

namespace GpuLm.Tests.Tokenization;

public class TokenizerSpecTests
{
    static readonly ReadOnlyMemory<byte>[] Documents = ["low low lower"u8.ToArray(), "low slow"u8.ToArray()];

    [Theory]
    [InlineData("byte", "byte", 256, false)]
    [InlineData("char", "char", 8, true)]
    [InlineData("bpe:260", "bpe", 260, true)]
    [InlineData("gpt2", "bpe", 50257, false)]
    public void ASpecMakesATokenizer(string text, string kind, int vocabularySize, bool needsText)
    {
        var spec = TokenizerSpec.Parse(text);
        var tokenizer = spec.Create(Documents);

        Assert.Equal((text, needsText), (spec.ToString(), spec.NeedsText));
        Assert.Equal((kind, vocabularySize), (tokenizer.Kind, tokenizer.VocabularySize));
        Assert.NotNull(tokenizer.EndOfText);
    }

    [Theory]
    [InlineData("bpe:")]
    [InlineData("bpe:0")]
    [InlineData("bpe:abc")]
    [InlineData("bpe:200")]
    [InlineData("bpe:256")]
    [InlineData("bpe:-300")]
    [InlineData("bpe: 300")]
    [InlineData("bpe:3e3")]
    [InlineData("bpe:1000001")]
    [InlineData("bpe:99999999999")]
    public void ABpeHasANumberOfTokens(string text)
    {
        string message = Assert.Throws<GpuLmException>(() => TokenizerSpec.Parse(text)).Message;

        Assert.Equal(
            $"'{text}' is no tokenizer: bpe:N takes a number of tokens from 257 (256 bytes and the end of a text) to 1000000, "
            + "such as bpe:4096.",
            message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("word")]
    [InlineData("Byte")]
    [InlineData("gpt3")]
    public void WhatIsNeitherAKindNorAFolderIsRefused(string text) =>
        Assert.Contains("byte, char, bpe:N, gpt2", Assert.Throws<GpuLmException>(() => TokenizerSpec.Parse(text)).Message);

    [Fact]
    public void AFolderOrAFileIsThatTokenizer()
    {
        using var folder = new TemporaryFolder();
        var learned = Tokenizers.Create("bpe:259", Documents);
        TokenizerFile.Save(folder[TokenizerFile.FileName], learned);

        foreach (string path in (string[])[folder.Path, folder[TokenizerFile.FileName]])
        {
            Assert.Equal(learned.Encode("slow lower"), Tokenizers.Create(path, []).Encode("slow lower"));
        }
        Assert.Contains("has neither", Assert.Throws<GpuLmException>(() => Tokenizers.Create(Path.GetTempPath(), [])).Message);
    }

    [Fact]
    public void CharactersOfSeveralDocumentsHaveASeparator()
    {
        var one = (CharTokenizer)Tokenizers.Create("char", [Documents[0], ReadOnlyMemory<byte>.Empty]);
        var two = (CharTokenizer)Tokenizers.Create("char", Documents);

        Assert.Equal(" elorw", string.Concat(one.Characters));
        Assert.Null(one.EndOfText);
        Assert.Equal("\0 elorsw", string.Concat(two.Characters));
        Assert.Equal(0, two.EndOfText);
    }

    [Theory]
    [InlineData("byte")]
    [InlineData("char")]
    [InlineData("bpe:300")]
    [InlineData("gpt2")]
    public void TextCutWhereTheTokenizerSaysHasTheSameTokens(string spec)
    {
        string text = string.Concat(Enumerable.Repeat("Käse isn't  cheese.\n", 5));
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        var tokenizer = Tokenizers.Create(spec, [utf8]);
        for (int position = 0; position <= utf8.Length; position++)
        {
            var tokens = new List<int>();
            int cut = tokenizer.CutBefore(utf8, position);
            tokenizer.Encode(utf8.AsSpan(0, cut), tokens);
            tokenizer.Encode(utf8.AsSpan(cut), tokens);
            Assert.Equal(tokenizer.Encode(text), tokens);
        }
        Assert.Equal(utf8.Length, tokenizer.CutBefore(utf8, utf8.Length));
    }
}
