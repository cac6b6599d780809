using System.Text;
using GpuLm.Data;
using GpuLm.Data.Shards;
using GpuLm.Tokenization;
using Xunit;

namespace GpuLm.Tests.Data;

/// <summary>Tokens that are kept: found again, made again when they are damaged, never half there.</summary>
public sealed class ShardCacheTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly List<string> notices = [];

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("byte")]
    [InlineData("char")]
    public void KeptTokensAreThoseInMemory(string kind)
    {
        string path = WriteText("text.jsonl", 500);
        using var corpus = TextCorpus.Open([path]);
        var tokenizer = Tokenizers.Create(kind, corpus.Documents);
        using var expected = CorpusDataset.FromDocuments(corpus.Documents, tokenizer);
        for (int start = 0; start < 2; start++)
        {
            using var actual = Open(path, tokenizer);
            CheckEqual(expected, actual);
        }
        Assert.Empty(notices);
        Assert.Single(Folders());
    }

    [Fact]
    public void WhatTokensDependOnGivesOthers()
    {
        string path = WriteText("a.jsonl", 50);
        using var one = Open(path);
        File.Move(path, folder["b.jsonl"]);
        using var moved = Open(folder["b.jsonl"]);
        Assert.Equal(one.Identity, moved.Identity);
        Assert.Single(Folders());

        File.AppendAllText(folder["b.jsonl"], "{\"text\": \"more\"}\n");
        using var more = Open(folder["b.jsonl"]);
        using var share = Open(folder["b.jsonl"], heldOut: 0.5);
        using var characters = Open(folder["b.jsonl"], CharTokenizer.FromText("0123456789This is document more.,"u8));
        Assert.Equal(4, new[] { one, more, share, characters }.DistinctBy(data => data.Identity).Count());
        Assert.Equal(4, Folders().Length);
    }

    [Fact]
    public void SmallTextIsNotKeptUnlessItIsWanted()
    {
        string path = WriteText("text.jsonl", 50);
        using var memory = CorpusDataset.Open(
            TextCorpus.Open([path]), new ByteTokenizer(), new CorpusOptions { CacheFolder = folder["cache"] });
        Assert.False(Directory.Exists(folder["cache"]));
        using var kept = Open(path);
        CheckEqual(memory, kept);
        Assert.Equal(memory.Identity, kept.Identity);
    }

    [Theory]
    [InlineData("train-00000.bin", 5000, "checksum")]
    [InlineData("train-00000.bin", 0, "starts with")]
    [InlineData("train-00000.bin", 4, "version")]
    [InlineData("train-00000.bin", 9, "claims")]
    [InlineData("heldout-00000.bin", 1024, "checksum")]
    [InlineData("index.json", 1, "index.json")]
    public void DamagedTokensAreMadeAgain(string file, int place, string says)
    {
        string path = WriteText("text.jsonl", 500);
        using (var whole = Open(path)) Damage(file, bytes => bytes[place] ^= 0x40);
        using var again = Open(path);
        Assert.Contains(says, Assert.Single(notices, text => text.Contains("damaged")));
        using var expected = CorpusDataset.FromDocuments(TextCorpus.Open([path]).Documents, new ByteTokenizer());
        CheckEqual(expected, again);
        notices.Clear();
        using var third = Open(path);
        Assert.Empty(notices);
    }

    [Fact]
    public void TokensThatAreCutShortOrMissingAreMadeAgain()
    {
        string path = WriteText("text.jsonl", 500);
        using (Open(path)) { }
        string shard = Path.Combine(Folders()[0], "train-00000.bin");
        File.WriteAllBytes(shard, File.ReadAllBytes(shard)[..^2]);
        using (Open(path)) Assert.Contains("it has", Assert.Single(notices));
        File.Delete(shard);
        using (Open(path)) Assert.Equal(2, notices.Count);
        using (Open(path)) Assert.Equal(2, notices.Count);
    }

    [Fact]
    public void AnInterruptedPreparationLeavesNothingThatIsTaken()
    {
        string path = WriteText("text.jsonl", 500);
        File.AppendAllText(path, "no JSON\n");
        Assert.Throws<GpuLmException>(() => Open(path));
        Assert.Empty(Folders());

        // A process that was killed leaves a part.
        File.WriteAllLines(path, File.ReadAllLines(path)[..^1]);
        using (Open(path)) { }
        string kept = Folders()[0];
        Directory.Move(kept, kept + ".partial");
        File.WriteAllText(Path.Combine(kept + ".partial", "train-00000.bin"), "half");
        using var again = Open(path);
        Assert.Equal([kept], Folders());
        Assert.Empty(notices);
    }

    [Fact]
    public async Task ManyAtOnceMakeTheSameTokensOnce()
    {
        string path = WriteText("text.jsonl", 20_000);
        var all = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Open(path))));
        foreach (var data in all) CheckEqual(all[0], data);
        foreach (var data in all) data.Dispose();
        Assert.Single(Folders());
    }

    [Fact]
    public void AFolderThatCannotBeWrittenIsAClearError()
    {
        File.WriteAllText(folder["cache"], "a file");
        string message = Assert.Throws<GpuLmException>(() => Open(WriteText("text.jsonl", 500))).Message;
        Assert.Contains("could not be kept", message);
        Assert.Contains("--cache", message);
    }

    [Fact]
    public void TokensGoIntoSeveralShards()
    {
        int[] tokens = [.. Enumerable.Range(0, 1000)];
        foreach (int vocabulary in new[] { 1000, 100_000 })
        {
            string place = Directory.CreateDirectory(folder[$"shards{vocabulary}"]).FullName;
            using (var sink = new ShardSink(place, "train", vocabulary) { TokensPerShard = 300 })
            {
                for (int at = 0; at < 1000; at += 125) sink.Add(tokens.AsSpan(at, 125), 125, 1);
                var part = sink.ToPart();
                Assert.Equal(4, part.Files.Count);
                new ShardIndex(ShardIndex.CurrentVersion, part, part with { Files = [], Tokens = 0 }, 0).Save(place);
            }
            using var opened = ShardFolder.Open(place);
            for (int start = 0; start < 990; start += 7)
            {
                var read = new int[Math.Min(333, 1000 - start)];
                opened.Training.CopyTo(start, read);
                Assert.Equal(tokens[start..(start + read.Length)], read);
            }
            Assert.Throws<ArgumentOutOfRangeException>(() => opened.Training.CopyTo(990, new int[11]));
        }
    }

    [Fact]
    public void AnotherTextOfTheSameSizeAndTimeIsNotTakenForTheFirst()
    {
        var time = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        string Open(char letter)
        {
            // Of a size whose hash is remembered.
            string path = folder.Write("text.txt", new string(letter, 17 << 20));
            File.SetLastWriteTimeUtc(path, time);
            using var data = this.Open(path);
            Assert.Single(Directory.GetFiles(folder["cache/hashes"]));
            return data.Identity!;
        }
        string first = Open('a');
        Assert.Equal(first, Open('a'));
        Assert.NotEqual(first, Open('b'));
    }

    private string WriteText(string name, int documents)
    {
        File.WriteAllLines(folder[name], Enumerable.Range(0, documents).Select(i => $"{{\"text\": \"This is document {i}, {i * i}.\"}}"));
        return folder[name];
    }

    private CorpusDataset Open(string path, ITokenizer? tokenizer = null, double heldOut = CorpusOptions.DefaultHeldOut)
    {
        using var corpus = TextCorpus.Open([path]);
        return CorpusDataset.Open(corpus, tokenizer ?? new ByteTokenizer(), new CorpusOptions
        {
            HeldOut = heldOut, CacheFolder = folder["cache"], KeepsSmall = true,
            OnNotice = text =>
            {
                lock (notices) notices.Add(text);
            },
        });
    }

    private string[] Folders() => Directory.Exists(folder["cache"])
        ? [.. Directory.GetDirectories(folder["cache"]).Where(path => !path.EndsWith("hashes", StringComparison.Ordinal))]
        : [];

    private void Damage(string file, Action<byte[]> damage)
    {
        string path = Path.Combine(Folders()[0], file);
        byte[] bytes = File.ReadAllBytes(path);
        damage(bytes);
        File.WriteAllBytes(path, bytes);
    }

    private static void CheckEqual(CorpusDataset expected, CorpusDataset actual)
    {
        Assert.Equal(
            (expected.TrainingTokens, expected.TrainingBytes, expected.ValidationTokens, expected.ValidationBytes),
            (actual.TrainingTokens, actual.TrainingBytes, actual.ValidationTokens, actual.ValidationBytes));
        int[] of(TokenDataset data)
        {
            var tokens = new int[data.ValidationTokens];
            data.CopyValidation(0, tokens);
            return tokens;
        }
        Assert.Equal(of(expected), of(actual));
        const int T = 32;
        int[] batch(TokenDataset data, long step)
        {
            var (inputs, targets) = (new int[8 * T], new int[8 * T]);
            data.FillBatch(3, step, inputs, targets, 8, T);
            return [.. inputs, .. targets];
        }
        for (int step = 0; step < 50; step++) Assert.Equal(batch(expected, step), batch(actual, step));
    }
}
