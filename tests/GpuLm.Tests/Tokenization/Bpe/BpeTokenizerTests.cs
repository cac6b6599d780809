using System.Text;
using GpuLm.Tokenization;
using GpuLm.Tokenization.Bpe;
using Xunit;
using Xunit.Sdk;

namespace GpuLm.Tests.Tokenization.Bpe;

public class BpeTokenizerTests
{
    static readonly ITokenizer Gpt2 = Tokenizers.Create("gpt2", []);

    [Fact]
    public void NoByteIsLost()
    {
        var random = new RandomText(seed: 5);
        for (int i = 0; i < 2000; i++) CheckLossless(Gpt2, random.NextBytes());
        CheckLossless(Gpt2, [.. Enumerable.Range(0, 256).Select(value => (byte)value)]);
        CheckLossless(Gpt2, [.. Enumerable.Range(0, 256).Select(value => (byte)(255 - value))]);
        CheckLossless(Gpt2, []);
    }

    [Fact]
    public void ADroppedByteTurnsTheCheckRed() => Assert.Throws<EqualException>(() => CheckLossless(new Dropping(Gpt2), [1, 2, 0xFF, 3]));

    [Fact]
    public void TheNameOfAnAddedTokenIsTextLikeAnyOther()
    {
        int[] tokens = Gpt2.Encode("a<|endoftext|>b");

        Assert.DoesNotContain(Gpt2.EndOfText!.Value, tokens);
        Assert.Equal("a<|endoftext|>b", Gpt2.DecodeText(tokens));
    }

    [Theory]
    [InlineData("a")]
    [InlineData(" ")]
    [InlineData("\n")]
    [InlineData("ab")]
    [InlineData("'s")]
    [InlineData("é")]
    [InlineData("\0")]
    public void AMillionBytesOfOneThingAreNoTrouble(string part)
    {
        byte[] text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(part, 1_000_000 / part.Length)));

        CheckLossless(Gpt2, text);
    }

    [Fact]
    public void ThreadsShareATokenizer()
    {
        var random = new RandomText(seed: 6);
        byte[][] texts = [.. Enumerable.Range(0, 300).Select(_ => random.NextBytes())];
        List<int> Encode(ITokenizer tokenizer, byte[] text)
        {
            var tokens = new List<int>();
            tokenizer.Encode(text, tokens);
            return tokens;
        }
        var alone = texts.Select(text => Encode(new BpeTokenizer(Gpt2Vocabulary.Vocabulary), text)).ToArray();
        var shared = new BpeTokenizer(Gpt2Vocabulary.Vocabulary);

        Parallel.For(0, 4 * texts.Length, i => Assert.Equal(alone[i % texts.Length], Encode(shared, texts[i % texts.Length])));
    }

    [Fact]
    public void APartIsTheTokensOfTheWhole()
    {
        byte[] text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("It's the whale's  tail,\n\n I'd say. ", 10)));
        var whole = new List<int>();
        Gpt2.Encode(text, whole);
        for (int position = 0; position <= text.Length; position += 7)
        {
            int cut = Gpt2.CutBefore(text, position);
            var parts = new List<int>();
            Gpt2.Encode(text.AsSpan(0, cut), parts);
            Gpt2.Encode(text.AsSpan(cut), parts);
            Assert.Equal(whole, parts);
        }
    }

    [Fact]
    public void AVocabularyThatContradictsItselfSaysHow()
    {
        byte[][] bytes = [.. Enumerable.Range(0, 256).Select(value => new[] { (byte)value })];
        BpeVocabulary Make(byte[][] more, params BpeMerge[] merges) => new([.. bytes, .. more], merges, []);
        string Fault(Func<BpeVocabulary> make) => Assert.Throws<GpuLmException>(make).Message;

        Assert.Equal(257, Make([[97, 98]], new BpeMerge(97, 98)).Size);
        Assert.Contains("no token for the byte 0xFF", Fault(() => new BpeVocabulary(bytes[..^1], [], [])));
        Assert.Contains("tokens 97 and 256 stand for the same bytes", Fault(() => Make([[97]])));
        Assert.Contains("token 256 is empty", Fault(() => Make([[]])));
        Assert.Contains("makes a token that it does not have", Fault(() => Make([], new BpeMerge(97, 98))));
        Assert.Contains("comes twice", Fault(() => Make([[97, 98]], new BpeMerge(97, 98), new BpeMerge(97, 98))));
    }

    static void CheckLossless(ITokenizer tokenizer, byte[] text)
    {
        var tokens = new List<int>();
        tokenizer.Encode(text, tokens);
        Assert.Equal(text, tokenizer.Decode([.. tokens]));
        Assert.Equal(text.Length, tokens.Sum(tokenizer.ByteCount));
    }

    sealed class Dropping(ITokenizer inner) : ITokenizer
    {
        public string Kind => inner.Kind;

        public int VocabularySize => inner.VocabularySize;

        public int? EndOfText => inner.EndOfText;

        public void Encode(ReadOnlySpan<byte> utf8, List<int> tokens) => inner.Encode(utf8[..^1], tokens);

        public ReadOnlySpan<byte> BytesOf(int token) => inner.BytesOf(token);
    }
}
