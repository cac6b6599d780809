namespace GpuLm.Evaluation;

/// <summary>How many questions a model answers right.</summary>
/// <param name="Questions">Questions, n.</param>
/// <param name="Right">Answers right by likelihood; a tie of k choices is 1/k of an answer.</param>
/// <param name="RightNormalised">Answers right by likelihood per byte.</param>
/// <param name="Chance">The accuracy of guessing: the mean of 1 / choices.</param>
public sealed record MultipleChoiceScore(int Questions, double Right, double RightNormalised, double Chance)
{
    /// <summary><c>acc</c>: the share of questions whose right choice has the highest likelihood.</summary>
    public double Accuracy => Right / Questions;

    /// <summary>The interval of <see cref="Accuracy"/>.</summary>
    public Interval AccuracyInterval => Interval.OfShare(Right, Questions);

    /// <summary><c>acc_norm</c>: the same by likelihood per byte of the choice.</summary>
    public double NormalisedAccuracy => RightNormalised / Questions;

    /// <summary>The interval of <see cref="NormalisedAccuracy"/>.</summary>
    public Interval NormalisedAccuracyInterval => Interval.OfShare(RightNormalised, Questions);
}
