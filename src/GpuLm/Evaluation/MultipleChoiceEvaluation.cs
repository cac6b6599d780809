using System.Text;
using GpuLm.Tokenization;

namespace GpuLm.Evaluation;

/// <summary>
/// Answers multiple-choice questions by the likelihood of each choice after the context: log P(choice | context) for <c>acc</c>, divided
/// by the choice's bytes for <c>acc_norm</c>, which does not favour short choices. The two are named as in EleutherAI's
/// lm-evaluation-harness (https://github.com/EleutherAI/lm-evaluation-harness).
/// </summary>
/// <remarks>
/// A space joins context and choice where neither has white space at the seam; white space at the end of a context is scored with the
/// choice, as tokenizers begin words with their space. Context and choice are encoded apart. An empty context is the tokenizer's
/// end-of-text token. Of a context that is too long the end is kept.
/// </remarks>
public static class MultipleChoiceEvaluation
{
    /// <summary>Answers all questions.</summary>
    /// <param name="scorer">The model, with the context to read.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="questions">1 question or more.</param>
    /// <param name="progress">Is told the number of questions answered so far.</param>
    /// <exception cref="GpuLmException">
    /// A choice is longer than the context, has a character that no token stands for, or its loss is not finite.
    /// </exception>
    public static MultipleChoiceScore Run(
        SequenceScorer scorer, ITokenizer tokenizer, IReadOnlyList<MultipleChoiceQuestion> questions, Action<long>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(scorer);
        ArgumentNullException.ThrowIfNull(questions);
        // All are encoded first: a question that cannot be asked is an error before any is answered.
        ScoredSequence[] sequences = [.. questions.SelectMany(question => Sequences(question, tokenizer, scorer.Length))];
        double right = 0, rightNormalised = 0, chance = 0;
        using var scored = scorer.Score(sequences, sequence => sequence).GetEnumerator();
        for (int i = 0; i < questions.Count; i++)
        {
            var (choices, label) = (questions[i].Choices, questions[i].Label);
            var likelihoods = new double[choices.Count];
            for (int choice = 0; choice < choices.Count && scored.MoveNext(); choice++) likelihoods[choice] = -scored.Current.Loss;
            right += Share(likelihoods, label);
            rightNormalised += Share(
                [.. likelihoods.Zip(choices, (likelihood, choice) => likelihood / Encoding.UTF8.GetByteCount(choice))], label);
            chance += 1.0 / choices.Count;
            progress?.Invoke(i + 1);
        }
        return new MultipleChoiceScore(questions.Count, right, rightNormalised, chance / questions.Count);
    }

    /// <summary>What choosing the best gives for the label: 1, 0, or a share where several are equally good.</summary>
    static double Share(double[] scores, int label)
    {
        double best = scores.Max();
        return scores[label] == best ? 1.0 / scores.Count(score => score == best) : 0;
    }

    static IEnumerable<ScoredSequence> Sequences(MultipleChoiceQuestion question, ITokenizer tokenizer, int length)
    {
        string context = question.Context.TrimEnd(), space = question.Context[context.Length..];
        int[] before = Encode(question, tokenizer, context);
        if (before.Length == 0)
        {
            before = tokenizer.EndOfText is int start
                ? [start]
                : throw new GpuLmException(
                    $"{question.Place}: the context is empty, and the tokenizer has no token to begin a text with. Give a context.");
        }
        foreach (string choice in question.Choices)
        {
            string seam = space.Length > 0 || char.IsWhiteSpace(choice[0]) ? space : " ";
            int[] after = Encode(question, tokenizer, seam + choice);
            if (after.Length > length)
            {
                throw new GpuLmException(
                    $"{question.Place}: a choice has {after.Length} tokens, and the model reads {length}. Shorten it, or leave it out.");
            }
            int[] tokens = [.. before, .. after];
            yield return new ScoredSequence(tokens.AsMemory(Math.Max(0, tokens.Length - length - 1)), after.Length);
        }
    }

    static int[] Encode(MultipleChoiceQuestion question, ITokenizer tokenizer, string text)
    {
        try
        {
            return tokenizer.Encode(text);
        }
        catch (UnknownCharacterException fault)
        {
            throw new GpuLmException($"{question.Place}: {fault.Message}", fault);
        }
    }
}
