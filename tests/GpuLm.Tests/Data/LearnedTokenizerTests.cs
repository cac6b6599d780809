using GpuLm.Data;
using GpuLm.Tokenization;
using Xunit;

namespace GpuLm.Tests.Data;

/// <summary>Tokenizers that are learned from much text are learned once.</summary>
public sealed class LearnedTokenizerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly List<string> notices = [];
    private readonly HashSet<CorpusStage> stages = [];

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("bpe:300")]
    [InlineData("char")]
    public void TheSameTextIsLearnedFromOnce(string spec)
    {
        string path = WriteText(200_000);
        string first = Open(path, spec);
        Assert.Contains(CorpusStage.Learning, stages);
        Assert.Equal(first, Open(path, spec));
        Assert.DoesNotContain(CorpusStage.Learning, stages);

        File.AppendAllText(path, "And another line with a §.\n");
        Assert.NotEqual(first, Open(path, spec));
        Assert.Contains(CorpusStage.Learning, stages);
        Open(path, "bpe:299");
        Assert.Contains(CorpusStage.Learning, stages);
        Assert.Empty(notices);
    }

    [Fact]
    public void OneThatIsDamagedIsLearnedAgain()
    {
        string path = WriteText(200_000), first = Open(path, "bpe:300");
        string kept = Assert.Single(Directory.GetFiles(folder["cache"], "*.tokenizer.json"));
        File.WriteAllText(kept, File.ReadAllText(kept)[..^100]);
        Assert.Equal(first, Open(path, "bpe:300"));
        Assert.Contains("learned again", Assert.Single(notices));
        Assert.Equal(first, Open(path, "bpe:300"));
        Assert.Single(notices);
    }

    [Fact]
    public void LittleTextIsLearnedFromEachTime()
    {
        string path = WriteText(100);
        for (int i = 0; i < 2; i++)
        {
            Open(path, "bpe:260");
            Assert.Contains(CorpusStage.Learning, stages);
        }
        Assert.False(Directory.Exists(folder["cache"]));
    }

    private string WriteText(int lines)
    {
        File.WriteAllLines(folder["text.txt"], Enumerable.Range(0, lines).Select(i => $"This is line {i} of {lines}."));
        return folder["text.txt"];
    }

    /// <summary>Opens the text and gives the file of its tokenizer.</summary>
    private string Open(string path, string spec)
    {
        stages.Clear();
        using var corpus = TextCorpus.Open([path]);
        using var data = CorpusDataset.Open(corpus, TokenizerSpec.Parse(spec), new CorpusOptions
        {
            CacheFolder = folder["cache"], OnNotice = notices.Add, OnProgress = progress => stages.Add(progress.Stage),
        });
        return TokenizerFile.ToJson(data.Tokenizer);
    }
}
