using System.Security.Cryptography;
using System.Text;
using GpuLm.Tokenization;
using GpuLm.Tokenization.Bpe;
using Microsoft.ML.Tokenizers;
using SharpToken;
using Xunit;
using BpeTokenizer = GpuLm.Tokenization.Bpe.BpeTokenizer;

namespace GpuLm.Tests.Tokenization.Bpe;

/// <summary>GPT-2's encoding beside two other implementations of it, and its vocabulary beside the published files.</summary>
public class Gpt2Tests
{
    static readonly ITokenizer Ours = Tokenizers.Create("gpt2", []);
    static readonly GptEncoding Sharp = GptEncoding.GetEncoding("r50k_base");
    static readonly TiktokenTokenizer Microsoft = TiktokenTokenizer.CreateForModel("gpt-2");

    [Fact]
    public void TheVocabularyIsGpt2s()
    {
        Assert.Equal((50257, 50256), (Ours.VocabularySize, Ours.EndOfText!.Value));
        Assert.Equal("<|endoftext|>", Ours.DecodeText([50256]));
        Assert.Equal([15496, 995], Ours.Encode("Hello world"));
    }

    [Fact]
    public void TheMergesAreThePublishedOnes()
    {
        // The hash of vocab.bpe that https://github.com/openai/tiktoken/blob/main/tiktoken_ext/openai_public.py states.
        var vocabulary = Gpt2Vocabulary.Vocabulary;
        var file = new StringBuilder("#version: 0.2\n");
        foreach (var (left, right) in vocabulary.Merges) file.Append($"{Name(left)} {Name(right)}\n");

        Assert.Equal(
            "1ce1664773c50f3e0cc8842619a93edc4624525b728b188a9e0be33b7726adc5",
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(file.ToString()))));

        string Name(int token) => ByteNames.NameOf(vocabulary.BytesOf(token));
    }

    [Fact]
    public void TokensAreThoseOfSharpTokenAndOfMicrosoft()
    {
        var random = new RandomText(seed: 3);
        for (int i = 0; i < 4000; i++) Same(random.Next());
    }

    [Fact]
    public void RandomBytesReadAsTextHaveTheSameTokens()
    {
        var random = new RandomText(seed: 4);
        for (int i = 0; i < 1000; i++) Same(Encoding.UTF8.GetString(random.NextBytes()));
    }

    [Theory]
    [InlineData(' ')]
    [InlineData('\n')]
    [InlineData('a')]
    [InlineData('9')]
    [InlineData('=')]
    [InlineData('\0')]
    public void RunsOfACharacterHaveTheSameTokens(char character)
    {
        for (int length = 1; length < 100; length++)
        {
            Same(new string(character, length));
            Same($"x{new string(character, length)}y");
        }
    }

    [Fact]
    public void EveryTokenStandsForTheSameText()
    {
        for (int token = 0; token < 50256; token++)
        {
            byte[] bytes = Ours.BytesOf(token).ToArray();
            if (Encoding.UTF8.GetString(bytes) is var text && !text.Contains('\uFFFD')) Assert.Equal(text, Sharp.Decode([token]));
        }
    }

    [Fact]
    public void AWrongMergeOrderTurnsTheCheckRed()
    {
        var vocabulary = Gpt2Vocabulary.Vocabulary;
        BpeMerge[] merges = [.. vocabulary.Merges];
        Array.Reverse(merges, 0, 100);
        byte[][] tokens = [.. Enumerable.Range(0, vocabulary.Size).Select(id => vocabulary.BytesOf(id).ToArray())];
        ITokenizer wrong = new BpeTokenizer(new BpeVocabulary(tokens, merges, vocabulary.Added));

        Assert.NotEqual(Sharp.Encode("The other matter"), wrong.Encode("The other matter"));
        Assert.Equal("The other matter", wrong.DecodeText(wrong.Encode("The other matter")));
    }

    static void Same(string text)
    {
        int[] tokens = Ours.Encode(text);
        Assert.Equal(Sharp.Encode(text, allowedSpecial: new HashSet<string>(), disallowedSpecial: new HashSet<string>()), tokens);
        // Microsoft's always takes the name of the end of text for that token.
        string nameless = text.Replace("<|endoftext|>", "<|end|>");
        Assert.Equal(Microsoft.EncodeToIds(nameless), Ours.Encode(nameless));
        Assert.Equal(text, Ours.DecodeText(tokens));
    }
}
