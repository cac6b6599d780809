using System.Buffers.Binary;
using GpuLm.Data;
using GpuLm.Tokenization;
using Xunit;

namespace GpuLm.Tests.Data;

/// <summary>Token files as llm.c's dev/data scripts write them.</summary>
public sealed class ForeignShardsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ITokenizer gpt2 = new FiftyThousand();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void FilesNamedValAreHeldOut()
    {
        Write("fineweb_val_000000.bin", Enumerable.Range(0, 100));
        Write("fineweb_train_000001.bin", Enumerable.Range(1000, 200));
        Write("fineweb_train_000002.bin", Enumerable.Range(1200, 50));
        using var data = Open(folder.Path);

        Assert.Equal((250, 100), (data.TrainingTokens, data.ValidationTokens));
        Assert.Equal(Enumerable.Range(0, 100), HeldOut(data));
        var (inputs, targets) = (new int[8 * 8], new int[8 * 8]);
        for (int step = 0; step < 20; step++)
        {
            data.FillBatch(1, step, inputs, targets, 8, 8);
            Assert.All(inputs.Zip(targets), pair => Assert.Equal(pair.First + 1, pair.Second));
            Assert.All(inputs, token => Assert.InRange(token, 1000, 1249));
        }
    }

    [Fact]
    public void WithoutOneTheEndOfEachFileIsHeldOut()
    {
        Write("a.bin", Enumerable.Range(0, 100));
        Write("b.bin", Enumerable.Range(100, 50));
        using var data = Open(folder.Path);
        Assert.Equal([.. Enumerable.Range(90, 10), .. Enumerable.Range(145, 5)], HeldOut(data));
        Assert.Equal(135, data.TrainingTokens);
    }

    [Fact]
    public void TextOfItsOwnToValidateOn()
    {
        Write("a.bin", Enumerable.Range(0, 100));
        Write("sub/a_val_1.bin", Enumerable.Range(1, 100));
        using var validation = TextCorpus.Open([folder["sub"]]);
        using var data = CorpusDataset.Open(TextCorpus.Open([folder["a.bin"]]), gpt2, new CorpusOptions { Validation = validation });
        Assert.Equal((100, 100), (data.TrainingTokens, data.ValidationTokens));
        using var text = TextCorpus.Open([folder.Write("text.txt", "text"u8)]);
        Assert.Contains(
            "one is tokens",
            Assert.Throws<GpuLmException>(() => CorpusDataset.Open(text, gpt2, new CorpusOptions { Validation = validation })).Message);
    }

    [Fact]
    public void WhatIsValidatedOnDoesNotTrain()
    {
        Write("a.bin", Enumerable.Range(0, 100));
        Write("b.bin", Enumerable.Range(1, 100));
        Write("other/copy.bin", Enumerable.Range(1, 100));
        using var training = TextCorpus.Open([folder["a.bin"], folder["b.bin"]]);
        using var validation = TextCorpus.Open([folder["other"]]);
        string message = Assert.Throws<GpuLmException>(
            () => CorpusDataset.Open(training, gpt2, new CorpusOptions { Validation = validation })).Message;
        Assert.Contains("b.bin' is also among the tokens to validate on", message);
    }

    [Theory]
    [InlineData(new[] { 0, 40, 80 }, 80)]
    [InlineData(new[] { 0, 40, 90, 95 }, 90)]
    [InlineData(new[] { 0, 95 }, 90)]
    [InlineData(new[] { 0 }, 90)]
    public void TheCutIsBetweenDocumentsWhereThereAreSeveral(int[] starts, int cut)
    {
        Write("a.bin", Enumerable.Range(0, 100).Select(i => starts.Contains(i) ? 50256 : i));
        using var data = Open(folder["a.bin"]);
        Assert.Equal((cut, 100 - cut), ((int)data.TrainingTokens, (int)data.ValidationTokens));
    }

    [Fact]
    public void BytesOfTheHeldOutTextAreCounted()
    {
        // Tokens of the tokenizer below stand for as many bytes as their last digit, the end of text for none.
        Write("a_val_.bin", [11, 12, 50256, 13, 19]);
        Write("a.bin", Enumerable.Range(0, 100));
        using var data = Open(folder.Path);
        Assert.Equal(1 + 2 + 3 + 9, data.ValidationBytes);
    }

    [Fact]
    public void Llama3FilesHaveFourBytesToAToken()
    {
        var bytes = new byte[1024 + 40];
        Header(bytes, 20240801, 7, 10);
        for (int i = 0; i < 10; i++) BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(1024 + (4 * i)), 100_000 + i);
        using var data = CorpusDataset.Open(
            TextCorpus.Open([folder.Write("a.bin", bytes)]), new FiftyThousand(128256), new CorpusOptions { HeldOut = 1 });
        Assert.Equal(Enumerable.Range(100_000, 10), HeldOut(data));
        Assert.Contains("Llama 3", Assert.Throws<GpuLmException>(() => Open(folder["a.bin"])).Message);
    }

    [Fact]
    public void FilesThatAreDamagedOrOfAnotherTokenizerAreRefused()
    {
        byte[] good = File.ReadAllBytes(Write("good.bin", Enumerable.Range(0, 100)));
        Assert.Contains("the header alone has 1024", FaultOf(good[..100]));
        Assert.Contains("the header alone has 1024", FaultOf([]));
        Assert.Contains("takes 1,224 bytes; it has 1,222", FaultOf(good[..^2]));
        Assert.Contains("it starts with 7", FaultOf([7, 0, 0, 0, .. good[4..]]));
        Assert.Contains("version 2", FaultOf([.. good[..4], 2, .. good[5..]]));
        Assert.Contains("claims -1", FaultOf([.. good[..8], 255, 255, 255, 255, .. good[12..]]));
        Assert.Contains(
            "Use --tokenizer gpt2",
            Assert.Throws<GpuLmException>(() => CorpusDataset.Open(TextCorpus.Open([folder["good.bin"]]), new ByteTokenizer())).Message);
        // Also where it would train, and nobody would look at it before the run has come there.
        Assert.Contains(
            "beyond.bin' holds 60000 at place 3;",
            Assert.Throws<GpuLmException>(() => Open(Write("beyond.bin", [1, 2, 50256, 60_000, .. Enumerable.Range(0, 100)]))).Message);
        byte[] llama = new byte[1024 + 40];
        Header(llama, 20240801, 7, 10);
        BinaryPrimitives.WriteInt32LittleEndian(llama.AsSpan(1024 + 4), -1);
        Assert.Contains(
            "holds -1 at place 1;",
            Assert.Throws<GpuLmException>(
                () => CorpusDataset.Open(TextCorpus.Open([folder.Write("negative.bin", llama)]), new FiftyThousand(128256))).Message);
        using var corpus = TextCorpus.Open([folder["good.bin"]]);
        Assert.Contains("holds tokens, not text", Assert.Throws<GpuLmException>(() => corpus.Documents.First()).Message);
    }

    [Fact]
    public void OtherTokensHaveAnotherIdentity()
    {
        string IdentityOf(IEnumerable<int> tokens)
        {
            using var data = Open(Write("a.bin", tokens));
            return data.Identity!;
        }
        Assert.Equal(IdentityOf(Enumerable.Range(0, 100)), IdentityOf(Enumerable.Range(0, 100)));
        Assert.NotEqual(IdentityOf(Enumerable.Range(0, 100)), IdentityOf(Enumerable.Range(1, 100)));
    }

    private string FaultOf(byte[] bytes) => Assert.Throws<GpuLmException>(() => Open(folder.Write("bad.bin", bytes))).Message;

    private string Write(string name, IEnumerable<int> tokens)
    {
        int[] all = [.. tokens];
        var bytes = new byte[1024 + (2 * all.Length)];
        Header(bytes, 20240520, 1, all.Length);
        for (int i = 0; i < all.Length; i++) BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(1024 + (2 * i)), (ushort)all[i]);
        return folder.Write(name, bytes);
    }

    private static void Header(byte[] bytes, int magic, int version, int tokens)
    {
        BinaryPrimitives.WriteInt32LittleEndian(bytes, magic);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), tokens);
    }

    private CorpusDataset Open(string path) => CorpusDataset.Open(TextCorpus.Open([path]), gpt2);

    private static int[] HeldOut(TokenDataset data)
    {
        var tokens = new int[data.ValidationTokens];
        data.CopyValidation(0, tokens);
        return tokens;
    }

    /// <summary>A vocabulary of GPT-2's size.</summary>
    private sealed class FiftyThousand(int size = 50257) : ITokenizer
    {
        public string Kind => "bpe";

        public int VocabularySize => size;

        public int? EndOfText => 50256;

        public void Encode(ReadOnlySpan<byte> utf8, List<int> tokens) => throw new NotSupportedException();

        public ReadOnlySpan<byte> BytesOf(int token) => new byte[token % 10];
    }
}
