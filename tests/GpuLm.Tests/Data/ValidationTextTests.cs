using System.Text;
using GpuLm.Data;
using GpuLm.Tokenization;
using Xunit;

namespace GpuLm.Tests.Data;

/// <summary>Text that is named to be held out.</summary>
public sealed class ValidationTextTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly List<string> notices = [];

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ItIsHeldOutAndNothingElse(bool kept)
    {
        string train = folder.Write("train.txt", "one\n<|endoftext|>\ntwo"u8), validation = folder.Write("val.txt", "three"u8);
        using var data = Open(train, validation, kept);
        Assert.Equal((7, 5), (data.TrainingTokens, data.ValidationTokens));
        Assert.Empty(notices);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WhatIsAlsoInItDoesNotTrain(bool kept)
    {
        string train = folder.Write("train.txt", "one\n<|endoftext|>\ntwo\n<|endoftext|>\nthree\n<|endoftext|>\ntwo"u8);
        string validation = folder.Write("val.jsonl", "{\"text\":\"two\"}"u8);
        using var data = Open(train, validation, kept);
        Assert.Equal((9, 3), (data.TrainingTokens, data.ValidationTokens));
        Assert.StartsWith("2 documents are also", Assert.Single(notices));
        if (!kept) return;
        using var again = Open(train, validation, kept);
        Assert.Equal(2, notices.Count);
    }

    [Fact]
    public void IfNothingIsLeftToTrainItIsAnError()
    {
        string text = folder.Write("text.txt", "one\n<|endoftext|>\ntwo"u8);
        Assert.Contains("nothing is left to train", Assert.Throws<GpuLmException>(() => Open(text, folder.Path, false)).Message);
    }

    private CorpusDataset Open(string train, string validation, bool kept)
    {
        using TextCorpus corpus = TextCorpus.Open([train]), heldOut = TextCorpus.Open([validation]);
        return CorpusDataset.Open(corpus, new ByteTokenizer(), new CorpusOptions
        {
            Validation = heldOut, CacheFolder = folder["cache"], KeepsSmall = kept, OnNotice = notices.Add,
        });
    }
}
