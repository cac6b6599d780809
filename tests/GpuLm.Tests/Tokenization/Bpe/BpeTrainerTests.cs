using System.Text;
using GpuLm.Tokenization;
using GpuLm.Tokenization.Bpe;
using Xunit;

namespace GpuLm.Tests.Tokenization.Bpe;

public class BpeTrainerTests
{
    [Theory]
    [InlineData("low low low lower lowest newer newer wider", 300)]
    [InlineData("aaaaaaaaaaaaaaaa aaa aaaa aaaaa aa a aaaaaaa", 280)]
    [InlineData("ababababab babababa abab aab bba abba baab", 280)]
    [InlineData("the whale, the white whale; the sea and the whale's tail. \"The whale!\"\n\nthe the THE", 290)]
    public void MergesAreThoseOfTheDefinition(string text, int vocabularySize) =>
        SameAsDefinition([Encoding.UTF8.GetBytes(text)], vocabularySize);

    [Fact]
    public void MergesOfRandomTextsAreThoseOfTheDefinition()
    {
        var random = new RandomText(seed: 7);
        for (int i = 0; i < 20; i++) SameAsDefinition([.. Enumerable.Range(0, 15).Select(_ => random.NextBytes())], vocabularySize: 330);
    }

    [Fact]
    public void AWrongOrderOfTiesTurnsTheCheckRed()
    {
        // Three pairs occur twice, and after the first merge again three.
        var merges = Train(["cd ab cd ab"u8.ToArray()], 259).Tokenizer.Vocabulary.Merges;

        Assert.Equal([new BpeMerge(' ', 'a'), new BpeMerge('c', 'd')], merges);
        Assert.NotEqual(merges.Reverse(), PlainBpeTrainer.Merges(["cd ab cd ab"u8.ToArray()], 259));
    }

    [Fact]
    public void ThreadsAndTheGroupingOfDocumentsDoNotMatter()
    {
        byte[][] documents = Stories(3_000_000, seed: 8);
        byte[] one = [.. documents.SelectMany(document => document.Append((byte)'\n'))];
        var alone = Train(documents, 600, threads: 1);

        Assert.Equal(alone.Tokenizer.Vocabulary.Merges, Train(documents, 600, threads: 4).Tokenizer.Vocabulary.Merges);
        Assert.Equal(Train([one], 600, threads: 1).Tokenizer.Vocabulary.Merges, Train([one], 600, threads: 3).Tokenizer.Vocabulary.Merges);
        Assert.Equal(documents.Sum(document => document.Length), alone.Bytes);
        Assert.Equal(600, alone.Tokenizer.VocabularySize);
    }

    [Fact]
    public void RarePiecesAreForgottenWhenThereAreTooMany()
    {
        byte[][] documents = [.. Stories(4_000_000, seed: 9).Index().Select(story => (byte[])[.. story.Item, .. Unique(story.Index)])];
        var all = Train(documents, 500);
        var bounded = Train(documents, 500, most: 20_000, threads: 1);

        Assert.True(all.DistinctPieces > 30_000, $"{all.DistinctPieces} distinct pieces");
        Assert.InRange(bounded.DistinctPieces, 1, 20_000);
        Assert.InRange(bounded.ForgottenPieces, 1, all.Pieces / 10);
        Assert.Equal(all.Pieces, bounded.Pieces);
        Assert.Equal(bounded.Tokenizer.Vocabulary.Merges, Train(documents, 500, most: 20_000, threads: 4).Tokenizer.Vocabulary.Merges);
        int same = Tokens(all).Intersect(Tokens(bounded)).Count();
        Assert.True(same > 480, $"{same} of 500 tokens are the same");
    }

    [Fact]
    public void TheIdsAreBytesThenMergesThenTheEndOfText()
    {
        var training = Train(["abab abab"u8.ToArray()], 258);
        var vocabulary = training.Tokenizer.Vocabulary;

        Assert.Equal((258, 257), (vocabulary.Size, vocabulary.EndOfText!.Value));
        Assert.Equal("A"u8, vocabulary.BytesOf('A'));
        Assert.Equal("ab"u8, vocabulary.BytesOf(256));
        Assert.Equal((9L, 2L, 2), (training.Bytes, training.Pieces, training.DistinctPieces));
        Assert.Equal(257, Train(["abab"u8.ToArray()], 257).Tokenizer.VocabularySize);
    }

    [Fact]
    public void AVocabularyEndsWhereNoPairOccursTwice()
    {
        Assert.Equal(258, Train(["ab ab"u8.ToArray()], 4096).Tokenizer.VocabularySize);
        Assert.Equal(257, Train(["abcdef"u8.ToArray()], 4096).Tokenizer.VocabularySize);
    }

    [Fact]
    public void PiecesWithoutEndAreCountedInParts()
    {
        byte[] text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("abcd", 500_000)));
        var training = Train([text], 262);

        Assert.Equal(2, training.DistinctPieces);
        Assert.Equal("abcdabcdabcdabcd"u8, training.Tokenizer.Vocabulary.BytesOf(260));
    }

    [Fact]
    public void ProgressIsTold()
    {
        var told = new List<BpeProgress>();
        new BpeTrainer(600).Train([.. Stories(300_000, seed: 10).Select(story => (ReadOnlyMemory<byte>)story)], new Listener(told.Add));

        Assert.Contains(told, progress => progress is { Bytes: > 299_000, Merges: 0 });
        Assert.Contains(told, progress => progress.Merges == 256);
    }

    [Fact]
    public void FaultsSayWhatIsWrong()
    {
        Assert.Contains("no text to learn tokens from", Assert.Throws<GpuLmException>(() => Train([[]], 300)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new BpeTrainer(256));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BpeTrainer(257, mostPieces: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BpeTrainer(257, threads: 0));
    }

    static BpeTraining Train(
        IEnumerable<byte[]> documents, int vocabularySize, int most = BpeTrainer.DefaultMostPieces, int? threads = null) =>
        new BpeTrainer(vocabularySize, most, threads).Train(documents.Select(document => (ReadOnlyMemory<byte>)document));

    static void SameAsDefinition(byte[][] documents, int vocabularySize) =>
        Assert.Equal(PlainBpeTrainer.Merges(documents, vocabularySize), Train(documents, vocabularySize).Tokenizer.Vocabulary.Merges);

    static IEnumerable<string> Tokens(BpeTraining training) => Enumerable.Range(0, training.Tokenizer.VocabularySize)
        .Select(token => Convert.ToHexString(training.Tokenizer.BytesOf(token)));

    /// <summary>Five words that hardly occur twice.</summary>
    static byte[] Unique(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, 45).Select(at => (byte)(at % 9 == 0 ? ' ' : 'a' + random.Next(26)))];
    }

    /// <summary>Short texts of words of the built-in stories, in all of about so many bytes.</summary>
    static byte[][] Stories(int bytes, int seed)
    {
        var world = new GpuLm.Lab.Worlds.StoryWorld();
        var stories = new List<byte[]>();
        for (long index = 0; bytes > 0; index++)
        {
            var story = new System.Buffers.ArrayBufferWriter<byte>();
            world.Write((ulong)seed, index, story);
            stories.Add(story.WrittenSpan.ToArray());
            bytes -= story.WrittenCount;
        }
        return [.. stories];
    }

    sealed class Listener(Action<BpeProgress> report) : IProgress<BpeProgress>
    {
        public void Report(BpeProgress value) => report(value);
    }
}
