using System.Globalization;
using GpuLm.Checkpoints;
using GpuLm.Generation;
using GpuLm.Lab.Worlds;
using GpuLm.Models;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Tests.Worlds;

/// <summary>
/// Judges what a model of the built-in stories writes: <c>GPULM_STORY_MODEL</c> names the folder of a default <c>gpulm train</c>. Training
/// one takes minutes, so without it the test is skipped.
/// </summary>
public sealed class StorySamplesTests
{
    const int Stories = 12;

    [Fact]
    public void A_trained_model_writes_sentences_of_the_world()
    {
        string? folder = Environment.GetEnvironmentVariable("GPULM_STORY_MODEL");
        if (string.IsNullOrEmpty(folder)) Assert.Skip("GPULM_STORY_MODEL names no model of the built-in stories.");
        var (config, tokenizer) = ModelDirectory.Open(folder);
        using var model = new Gpt(TestDevices.Get("cpu"), config, seed: null);
        ModelDirectory.ReadParameters(folder, model.Layout, (slot, values) => model.WriteParameters(slot, values));
        using var decoder = new GptDecoder(model, Stories);
        var generator = new TextGenerator(
            decoder, tokenizer, new() { Temperature = 0.7f, MaxTokens = 500, Seed = 0, IgnoreEndOfText = true });
        // A blank line ends a story: the model begins a new one.
        var stories = generator.RunToEnd([.. Enumerable.Repeat(Prompt.Encode("\n\n", tokenizer), Stories)]);

        int sentences = 0, grammatical = 0, judged = 0, consistent = 0, answers = 0, correct = 0;
        foreach (var story in stories)
        {
            var verdict = StoryJudge.Judge(story.Text);
            (sentences, grammatical) = (sentences + verdict.Sentences, grammatical + verdict.Grammatical);
            (judged, consistent) = (judged + verdict.Judged, consistent + verdict.Consistent);
            (answers, correct) = (answers + verdict.Answers, correct + verdict.CorrectAnswers);
        }
        string counts = string.Create(
            CultureInfo.InvariantCulture,
            $"{grammatical} of {sentences} sentences are grammatical; {consistent} of {judged} judged statements agree with their story, "
            + $"{correct} of {answers} answers are right.");
        TestContext.Current.TestOutputHelper?.WriteLine(counts);
        Assert.True(sentences > 100 && grammatical >= 0.95 * sentences, counts);
    }
}
