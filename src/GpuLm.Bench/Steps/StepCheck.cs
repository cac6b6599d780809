using System.Globalization;

namespace GpuLm.Bench.Steps;

/// <summary>
/// Whether a training step is right, before it is timed: untrained, the loss is about that of guessing, ln V; a few updates on one batch
/// lower it; and, in fp32, the gradient is the loss's derivative.
/// </summary>
static class StepCheck
{
    const int Updates = 3;

    /// <summary>
    /// Untrained logits are not all alike: their variance raises the loss, most where a token's own logit stands out from a small
    /// vocabulary.
    /// </summary>
    const double MostAbove = 1, MostBelow = 0.2;

    /// <summary>Checks a step that has not been run yet. Uses up a few updates.</summary>
    /// <returns>What is wrong; null where nothing is.</returns>
    public static string? Reason(RunningStep step)
    {
        try
        {
            return LossReason(() => step.RunOn(0), step.Case.Config.VocabularySize) ?? GradientCheck.Reason(step);
        }
        catch (GpuLmException e)
        {
            return e.Message;
        }
    }

    /// <summary>What is wrong with the losses of a few updates on one batch, each the loss before its update.</summary>
    internal static string? LossReason(Func<double> update, int vocabulary)
    {
        double first = update(), guessing = Math.Log(vocabulary), last = first;
        if (!(first >= guessing - MostBelow && first <= guessing + MostAbove))
        {
            return Text($"The loss of untrained weights is {first:0.0000}; guessing among {vocabulary} tokens is {guessing:0.0000}.");
        }
        for (int i = 0; i < Updates; i++) last = update();
        return last < first ? null : Text($"The loss on one batch was {first:0.0000} and is {last:0.0000} after {Updates} updates on it.");
    }

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
