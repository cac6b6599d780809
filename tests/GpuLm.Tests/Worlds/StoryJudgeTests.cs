using System.Text.RegularExpressions;
using GpuLm.Lab.Worlds;
using Xunit;

namespace GpuLm.Tests.Worlds;

/// <summary>
/// The judge of stories is itself judged: it must find the faults that are planted here, and find none where there is none.
/// </summary>
public class StoryJudgeTests
{
    [Theory]
    [InlineData("Anna has a apple.")]
    [InlineData("Anna has an pear.")]
    [InlineData("Anna has a old hat.")]
    [InlineData("Anna has two apple.")]
    [InlineData("Anna has one apples.")]
    [InlineData("Anna has three leafs.")]
    [InlineData("Anna eats no apples.")]
    [InlineData("anna has two apples.")]
    [InlineData("Anna have two apples.")]
    [InlineData("Anna and Ben goes to the park.")]
    [InlineData("Anna and Anna are in the park.")]
    [InlineData("Anna, and Ben are in the park.")]
    [InlineData("Anna go to the park.")]
    [InlineData("Anna goes to park.")]
    [InlineData("Anna goes to the apple.")]
    [InlineData("Ana goes to the park.")]
    [InlineData("Anna picks up it.")]
    [InlineData("The ball is in the park.")]
    [InlineData("Where is Anna.")]
    [InlineData("Anna is in the park?")]
    [InlineData("Anna  is in the park.")]
    [InlineData("Anna is in the the park.")]
    [InlineData(" Anna is in the park.")]
    [InlineData("It is a red day.")]
    [InlineData(".")]
    public void NoSentenceOfTheWorld(string sentence)
    {
        var verdict = StoryJudge.Judge(sentence);

        Assert.Equal((1, 0, 0), (verdict.Sentences, verdict.Grammatical, verdict.Judged));
        Assert.StartsWith("not a sentence", Assert.Single(verdict.Faults));
    }

    [Theory]
    [InlineData("Anna is in the park.Ben is in the hall.")]
    [InlineData("Anna is in the park.\nBen is in the hall.")]
    [InlineData("Anna is in the park.  Ben is in the hall.")]
    [InlineData("Anna is in the park. Ben is in\n\nMia is in the hall.")]
    public void SentencesEndAndAreSeparated(string text) => Assert.Single(StoryJudge.Judge(text).Faults);

    [Fact]
    public void TheLastSentenceMayBeCutOff()
    {
        var verdict = StoryJudge.Judge("Anna is in the park. Ben is in the ha");

        Assert.Equal((1, 1, 0), (verdict.Sentences, verdict.Grammatical, verdict.Faults.Count));
    }

    [Theory]
    [InlineData("Anna has three apples. She eats one apple. Now she has", "two apples.", "three apples.")]
    [InlineData("Anna has three apples. She eats one apple. She has", "two apples now.", "one apple now.")]
    [InlineData(
        "Anna and Ben are in the park. Anna has six nuts. She gives two nuts to Ben. How many nuts does Ben have?",
        "He has two nuts.", "He has six nuts.")]
    [InlineData(
        "Anna and Ben are in the park. Anna has six nuts. She gives Ben two nuts. How many nuts does Anna have?",
        "She has four nuts.", "She has six nuts.")]
    [InlineData("Anna has two pears. How many plums does Anna have?", "She has no plums.", "She has two plums.")]
    [InlineData("Anna has two pears. How many pears does Anna have?", "She has two pears.", "Ben has two pears.")]
    [InlineData("Anna has two pears. How many pears does Anna have?", "She has two pears.", "Anna sings.")]
    [InlineData("Anna is in the park. She finds two coins", "in the park.", "in the hall.")]
    [InlineData("Anna has two pears. She eats", "two pears.", "three pears.")]
    [InlineData("Anna has two nuts. Anna has two coins. She eats", "two nuts.", "two coins.")]
    [InlineData("Anna is in the park.", "She sings.", "He sings.")]
    [InlineData("Anna and Ben are in the park.", "Ben sings.", "He sings.")]
    [InlineData("Anna is in the park. She goes to the hall. Where is Anna?", "She is in the hall.", "She is in the park.")]
    [InlineData("Anna is in the park. Ben is in the hall. Where is Anna?", "She is in the park.", "Ben is in the hall.")]
    [InlineData("Anna is in the park. She goes to", "the hall.", "the park.")]
    [InlineData("Anna is in the park. Ben is in the hall. Anna", "sings.", "sees Ben.")]
    [InlineData(
        "Anna is in the park. Ben is in the hall.",
        "Ben goes to the park. Anna and Ben go to the yard.", "Ben sings. Anna and Ben go to the yard.")]
    [InlineData(
        "Anna and Ben are in the park. Anna has a red hat. She gives it to Ben. Who has the red hat?", "Ben has it.", "Anna has it.")]
    [InlineData(
        "Anna and Ben are in the park. Anna has a red hat. She gives it to Ben.", "Ben drops the red hat.", "Anna drops the red hat.")]
    [InlineData("Anna is in the park. Ben is in the hall. Anna has a red hat. Anna", "drops it.", "gives the red hat to Ben.")]
    [InlineData(
        "Anna is in the park. Anna has a red hat. Anna drops it. Anna runs to the hall. Where is the red hat?",
        "It is in the park.", "It is in the hall.")]
    [InlineData("Anna has a red hat. Anna runs to the hall. Where is the red hat?", "Anna has it.", "It is in the hall.")]
    [InlineData("There is a red hat in the park. Anna is in the", "park. Anna picks up the red hat.", "hall. Anna picks up the red hat.")]
    [InlineData("There is a red hat in the park. Who has the red hat?", "Nobody has it.", "Anna has it.")]
    [InlineData("Anna has a red hat. Who has the red hat?", "Anna has it.", "Nobody has it.")]
    [InlineData("Anna has a red hat. Ben has a blue hat. Who has the red hat?", "Anna has it.", "Ben has the blue hat.")]
    [InlineData("Anna is in the park. Is Anna in the park?", "Yes, she is.", "No, she is in the park.")]
    [InlineData("Anna is in the park. Is Anna in the hall?", "No, she is in the park.", "Yes, she is.")]
    [InlineData("Anna is in the park. Ben is in the park. Who is in the park?", "Anna and Ben are in the park.", "Anna is in the park.")]
    [InlineData("Anna is in the park. Ben is in the hall. Who is in the hall?", "Ben is in the hall.", "Nobody is in the hall.")]
    [InlineData("Anna is in the park. Who is in the hall?", "Nobody is in the hall.", "Anna is in the hall.")]
    [InlineData("Anna has a red hat. Does Anna have the red hat?", "Yes, she has it.", "No, Ben has it.")]
    [InlineData("There is a red hat in the hall. Does Anna have the red hat?", "No, it is in the hall.", "Yes, Anna has it.")]
    [InlineData("What does Anna like?", "She likes apples.", "She likes pears.")]
    [InlineData("Anna is in the park.", "She sings.", "Yes, she is.")]
    [InlineData("Anna is in the park.", "She sings.", "Anna takes it.")]
    public void WhatDoesNotAgreeIsFound(string story, string right, string wrong)
    {
        var good = StoryJudge.Judge($"{story} {right}");
        var bad = StoryJudge.Judge($"{story} {wrong}");

        Assert.Equal((good.Sentences, bad.Sentences), (good.Grammatical, bad.Grammatical));
        Assert.Empty(good.Faults);
Assert.StartsWith("not so: ", Assert.Single(bad.Faults));
        Assert.Equal(bad.Judged - 1, bad.Consistent);
    }

    [Fact]
    public void EachStoryStartsAfresh() =>
        Assert.Empty(StoryJudge.Judge("Anna is in the park. Anna has a red hat.\n\nAnna is in the hall. Ben has a red hat.\n\n").Faults);

    [Fact]
    public void SharesCountSentencesJudgedSentencesAndAnswers()
    {
        var verdict = StoryJudge.Judge(
            "Anna is in the park. She sing. Where is Anna? She is in the hall. Where is Anna? Anna is in the park. Anna eats a nut.");

        Assert.Equal((7, 6, 3, 1), (verdict.Sentences, verdict.Grammatical, verdict.Judged, verdict.Consistent));
        Assert.Equal((2, 1), (verdict.Answers, verdict.CorrectAnswers));
        Assert.Equal((6.0 / 7, 1.0 / 3, 0.5), (verdict.GrammaticalShare, verdict.ConsistentShare, verdict.CorrectAnswerShare));
    }

    /// <summary>Generated stories in which one answer is changed: each change must be found.</summary>
    [Theory]
    [InlineData(@"\? (\w+ is in the )(\w+)\.", "garden kitchen park barn forest shop library attic school house yard hall tower market")]
    [InlineData(@"\? (\w+ has )(no|one|two|three|four|five|six|seven|eight|nine|ten) ", "no two three four five six seven eight nine ten")]
    [InlineData(@"(Now \w+ has )(no|two|three|four|five|six|seven|eight|nine|ten) ", "no two three four five six seven eight nine ten")]
    [InlineData(@"Who has [^?]*\? ()(\w+) has", "Anna Ben Mia Tom Lily Sam Nobody")]
    [InlineData(@"(likes )(\w+)\.", "apples pears plums eggs")]
    public void AnAnswerThatIsChangedIsFound(string pattern, string words)
    {
        const int seed = 20;
        var random = new Random(seed);
        int planted = 0;
        foreach (string story in StoryWorldTests.Stories(77, 1500).Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var matches = Regex.Matches(story, pattern);
            if (matches.Count == 0) continue;
            var word = matches[random.Next(matches.Count)].Groups[2];
            var others = words.Split(' ').Where(other => other != word.Value).ToArray();
            // "one" turns no plural into a singular: change it only into words that keep the sentence a sentence.
            if (word.Value == "one") continue;
            string wrong = story[..word.Index] + others[random.Next(others.Length)] + story[(word.Index + word.Length)..];
            Assert.True(StoryJudge.Judge(wrong).Faults.Count > 0, $"seed {seed}: {wrong}");
            planted++;
        }
        Assert.True(planted > 50, $"{planted} planted");
    }
}
