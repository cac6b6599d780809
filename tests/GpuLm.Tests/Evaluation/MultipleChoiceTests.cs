using GpuLm.Evaluation;
using GpuLm.Models;
using GpuLm.TestKit;
using GpuLm.Tokenization;
using GpuLm.Training;
using Xunit;

namespace GpuLm.Tests.Evaluation;

public sealed class MultipleChoiceTests
{
    static readonly float[] Logits = UnigramModel.Bytes(('a', 8f), ('b', 6f), ('c', 4f), (' ', 5f));

    static MultipleChoiceQuestion Question(string context, int label, params string[] choices) => new("here", context, choices, label);

    static MultipleChoiceScore Answer(params MultipleChoiceQuestion[] questions)
    {
        using var model = UnigramModel.Create("cpu", context: 12, Logits);
        using var scorer = new SequenceScorer(model, 12, batch: 5);
        return MultipleChoiceEvaluation.Run(scorer, new ByteTokenizer(), questions);
    }

    [Fact]
    public void Likelihood_chooses_by_the_sum_and_by_the_mean_over_bytes()
    {
        // "b" is short: its likelihood beats that of ten bytes that are likelier each, but not per byte.
        var score = Answer(
            Question("x", 0, "b", "aaaaaaaaaa"), Question("x", 1, "b", "aaaaaaaaaa"), Question("x", 1, "b", "a"),
            Question("x", 0, "b", "a"), Question("x", 2, "c", "b", "a"));
        Assert.Equal((5, 3.0 / 5, 3.0 / 5), (score.Questions, score.Accuracy, score.NormalisedAccuracy));
        Assert.Equal((4 * 0.5 + 1.0 / 3) / 5, score.Chance, 1e-12);
        Assert.Equal(1, Answer(Question("x", 0, "b", "aaaaaaaaaa")).Right);
        Assert.Equal(0, Answer(Question("x", 0, "b", "aaaaaaaaaa")).RightNormalised);
        Assert.Equal(Interval.OfShare(3, 5), score.AccuracyInterval);
    }

    [Fact]
    public void A_tie_is_a_share_of_a_right_answer()
    {
        Assert.Equal(1.0 / 2, Answer(Question("x", 0, "ab", "ba")).Accuracy);
        Assert.Equal(1.0 / 3, Answer(Question("x", 1, "ab", "ba", "ab", "cc")).Accuracy);
        Assert.Equal(0, Answer(Question("x", 3, "ab", "ba", "ab", "cc")).Accuracy);
    }

    [Theory]
    [InlineData("x", "a", " a")]
    [InlineData("x ", "a", " a")]
    [InlineData("x", "\ta", "\ta")]
    [InlineData("x\n", "a", "\na")]
    [InlineData("", "a", " a")]
    public void White_space_at_the_seam_is_scored_with_the_choice(string context, string choice, string scored)
    {
        using var model = UnigramModel.Create("cpu", context: 12, Logits);
        using var scorer = new SequenceScorer(model, 12);
        double expected = scored.Sum(character => UnigramModel.Loss(Logits, character));
        var sequence = new ScoredSequence(("x" + scored).Select(character => (int)character).ToArray(), scored.Length);
        Assert.Equal(expected, scorer.Score([sequence], s => s).Single().Loss, 1e-4);
        Assert.Equal(0.5, Answer(Question(context, 0, choice, choice)).Accuracy);
        Assert.Equal(1, Answer(Question(context, 0, choice, choice + "c")).Accuracy);
    }

    [Fact]
    public void A_long_context_keeps_its_end_and_a_long_choice_is_an_error()
    {
        Assert.Equal(1, Answer(Question(new string('x', 500), 1, "b", "a")).Accuracy);
        Assert.Equal(1, Answer(Question("x", 1, "bbbbbbbbbbb", "aaaaaaaaaaa")).Accuracy);
        var fault = Assert.Throws<GpuLmException>(() => Answer(Question("x", 1, "b", new string('a', 12))));
        Assert.Contains("here: a choice has 13 tokens, and the model reads 12", fault.Message, StringComparison.Ordinal);
    }

    /// <summary>The model learns that each letter is answered by the next one; the questions ask just that.</summary>
    [Fact]
    public void A_model_that_was_trained_on_a_relation_answers_questions_about_it()
    {
        const int Letters = 8, Length = 3, Batch = Letters;
        using var model = new Gpt(TestDevices.Get("cpu"), new GptConfig(1, 2, 16, Length, 256), seed: 1);
        string Letter(int place) => $"{(char)('a' + (place + Letters) % Letters)}";
        MultipleChoiceQuestion[] questions = [.. Enumerable.Range(0, Letters).Select(i => Question(
            Letter(i), i % 4, [.. Enumerable.Range(0, 4).Select(choice => Letter(i + 1 + choice - i % 4))]))];
        using var scorer = new SequenceScorer(model, Length);
        double before = MultipleChoiceEvaluation.Run(scorer, new ByteTokenizer(), questions).Accuracy;

        using var step = new TrainingStep(model, new TrainingOptions { Batch = Batch, SequenceLength = Length, WeightDecay = 0 });
        int[] inputs = [.. Enumerable.Range(0, Letters).SelectMany(i => new[] { 'a' + i, ' ', 'a' + (i + 1) % Letters })];
        int[] targets = [.. Enumerable.Range(0, Letters).SelectMany(i => new[] { ' ', 'a' + (i + 1) % Letters, -1 })];
        for (int i = 0; i < 150; i++) step.Run(inputs, targets, 1e-2f);

        var after = MultipleChoiceEvaluation.Run(scorer, new ByteTokenizer(), questions);
        Assert.InRange(before, 0, 0.75);
        Assert.Equal(1, after.Accuracy);
        Assert.True(after.AccuracyInterval.Low > after.Chance);
    }
}
