using System.Buffers;
using System.Text;
using GpuLm.Lab.Worlds;
using Xunit;

namespace GpuLm.Tests.Worlds;

public class StoryWorldTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(0x8000000000000000)]
    public void EveryStoryIsGrammaticalAndTrueToItself(ulong stream)
    {
        var verdict = StoryJudge.Judge(Stories(stream, 2000));

        Assert.Empty(verdict.Faults.Take(5));
        Assert.Equal(verdict.Sentences, verdict.Grammatical);
        Assert.Equal(verdict.Judged, verdict.Consistent);
        Assert.Equal(verdict.Answers, verdict.CorrectAnswers);
        // Not by judging little: most sentences can be judged, and every question is answered.
        Assert.True(verdict.Judged > 0.4 * verdict.Sentences, verdict.ToString());
        Assert.True(verdict.Answers > 2000, verdict.ToString());
    }

    [Fact]
    public void AStoryIsAFunctionOfStreamAndIndex()
    {
        var world = new StoryWorld();
        Story(world, 4, 9);

        Assert.Equal(Story(new StoryWorld(), 3, 5), Story(world, 3, 5));
        Assert.NotEqual(Story(world, 3, 5), Story(world, 3, 6));
        Assert.NotEqual(Story(world, 3, 5), Story(world, 4, 5));
    }

    [Fact]
    public void StoriesDoNotRepeat()
    {
        var world = new StoryWorld();
        var stories = Enumerable.Range(0, 50_000).Select(index => Story(world, 11, index)).ToList();

        Assert.Equal(stories.Count, stories.Distinct().Count());
    }

    [Fact]
    public void TheVocabularyIsSmallAndItsCharactersAreKnown()
    {
        string text = Stories(5, 5000);
        var words = text.ToLowerInvariant().Split([' ', '\n', '.', '?', ','], StringSplitOptions.RemoveEmptyEntries).Distinct().Count();

        Assert.InRange(words, 150, 250);
        Assert.Empty(text.Distinct().Except(StoryWorld.Alphabet));
        Assert.EndsWith(".\n\n", text);
    }

    [Fact]
    public void EveryFormOfSentenceIsTold()
    {
        string text = Stories(6, 3000);

        Assert.All(
            [
                "She picks it up.", "He puts it down.", " an old ", " has an egg.", "one egg", "no apples", "Nobody has it.",
                "Nobody is in the", "Yes, she is.", "Yes, he has it.", "No, it is in the", "How many berries does",
                "What does Anna like? She likes apples.", "They all go home.", "Now he has", " now.",
            ],
            part => Assert.Contains(part, text));
    }

    [Theory]
    [InlineData("byte", 256)]
    [InlineData("char", 57)]
    public void TheDatasetTellsStories(string kind, int vocabularySize)
    {
        const int B = 8, T = 200;
        var data = StoryWorld.Dataset(kind);
        var (inputs, targets) = (new int[B * T], new int[B * T]);
        data.RequireLength(T);
        data.FillBatch(1, 0, inputs, targets, B, T);

        Assert.Equal(vocabularySize, data.Tokenizer.VocabularySize);
        Assert.Equal(1, data.BytesPerToken);
        int starts = 0;
        for (int row = 0; row < B; row++)
        {
            string text = data.Tokenizer.DecodeText(inputs.AsSpan(row * T, T));
            if (!char.IsAsciiLetterUpper(text[0])) continue;
            var verdict = StoryJudge.Judge(text);
            if (verdict.Sentences > 0 && verdict.Faults.Count == 0) starts++;
        }
        Assert.InRange(starts, 1, B);
        data.FillValidation(0, 1, inputs, targets, B, T);
        var heldOut = StoryJudge.Judge(data.Tokenizer.DecodeText(inputs.AsSpan(0, T)));
        Assert.True(heldOut.Sentences > 3 && heldOut.Faults.Count == 0, heldOut.ToString());
    }

    [Theory]
    [InlineData("byte")]
    [InlineData("char")]
    public void FillingABatchAllocatesNothing(string kind)
    {
        const int B = 4, T = 256;
        var data = StoryWorld.Dataset(kind);
        var (inputs, targets) = (new int[B * T], new int[B * T]);
        for (int step = 0; step < 200; step++) data.FillBatch(1, step, inputs, targets, B, T);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int step = 200; step < 300; step++) data.FillBatch(1, step, inputs, targets, B, T);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    internal static string Stories(ulong stream, int count)
    {
        var world = new StoryWorld();
        var text = new ArrayBufferWriter<byte>();
        for (long index = 0; index < count; index++) world.Write(stream, index, text);
        return Encoding.ASCII.GetString(text.WrittenSpan);
    }

    private static string Story(StoryWorld world, ulong stream, long index)
    {
        var text = new ArrayBufferWriter<byte>();
        world.Write(stream, index, text);
        return Encoding.ASCII.GetString(text.WrittenSpan);
    }
}
