using System.Globalization;

namespace GpuLm.Lab.Worlds;

/// <summary>What a <see cref="StoryJudge"/> found in a text.</summary>
/// <param name="Sentences">Sentences that the text ends, with a mark or an empty line.</param>
/// <param name="Grammatical">Those that are sentences of the story world.</param>
/// <param name="Judged">Grammatical sentences that what was told before makes right or wrong.</param>
/// <param name="Consistent">Those that are right.</param>
/// <param name="Answers">Judged sentences that follow a question.</param>
/// <param name="CorrectAnswers">Those that answer it, and rightly.</param>
/// <param name="Faults">What was wrong, a line each.</param>
public sealed record StoryVerdict(
    int Sentences, int Grammatical, int Judged, int Consistent, int Answers, int CorrectAnswers, IReadOnlyList<string> Faults)
{
    /// <summary>The share of sentences that are sentences of the story world; NaN where there are none.</summary>
    public double GrammaticalShare => (double)Grammatical / Sentences;

    /// <summary>The share of judged sentences that agree with what was told before; NaN where there are none.</summary>
    public double ConsistentShare => (double)Consistent / Judged;

    /// <summary>The share of judged answers that are right; NaN where there are none.</summary>
    public double CorrectAnswerShare => (double)CorrectAnswers / Answers;

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Grammatical} of {Sentences} sentences are grammatical, {Consistent} of {Judged} agree with the story, "
        + $"{CorrectAnswers} of {Answers} answers are right");
}

/// <summary>
/// Reads a text as stories of <see cref="StoryWorld"/>, sentence by sentence: is it a sentence of that world (<see cref="StoryGrammar"/>),
/// and does it agree with what the story said before (<see cref="StoryFacts"/>)? It shares the world's words with the teller and nothing
/// else.
/// </summary>
public static class StoryJudge
{
    /// <summary>
    /// Judges a text that starts where a story starts. Stories end with an empty line; a sentence that the text's end cuts off does not
    /// count.
    /// </summary>
    public static StoryVerdict Judge(string text)
    {
        int sentences = 0, grammatical = 0, judged = 0, consistent = 0, answers = 0, correct = 0;
        var faults = new List<string>();
        var stories = text.ReplaceLineEndings("\n").Split("\n\n");
        for (int i = 0; i < stories.Length; i++)
        {
            var facts = new StoryFacts();
            foreach (var (sentence, isSeparated) in Sentences(stories[i], isLast: i == stories.Length - 1))
            {
                sentences++;
                if (!isSeparated || StoryGrammar.Parse(sentence) is not { } parsed)
                {
                    faults.Add($"not a sentence: {sentence}");
                    facts.Forget();
                    continue;
                }
                grammatical++;
                bool isAsked = facts.IsAsked;
                if (facts.Take(parsed) is not { } isRight) continue;
                judged++;
                if (isAsked) answers++;
                if (isRight)
                {
                    consistent++;
                    if (isAsked) correct++;
                }
                else faults.Add($"not so: {sentence} (story {i + 1})");
            }
        }
        return new StoryVerdict(sentences, grammatical, judged, consistent, answers, correct, faults);
    }

    // A sentence ends with its mark, and one space separates it from the next. What follows the last mark is one without a mark, unless the
    // text was cut there.
    private static IEnumerable<(string Sentence, bool IsSeparated)> Sentences(string story, bool isLast)
    {
        story = story.Trim('\n');
        int start = 0;
        for (int at = 0; at < story.Length; at++)
        {
            if (story[at] is not ('.' or '?')) continue;
            bool hasSpace = story[start] == ' ';
            yield return (story[(hasSpace ? start + 1 : start)..(at + 1)], hasSpace == (start > 0));
            start = at + 1;
        }
        if (!isLast && start < story.Length) yield return (story[start..], false);
    }
}
