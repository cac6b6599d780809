namespace GpuLm.Training;

/// <summary>Decides of each step whether it is applied, and counts those that are not.</summary>
/// <param name="outlierThreshold">The largest z-score of loss and norm that is applied; null applies every finite step.</param>
/// <param name="state">What an earlier judge of this run remembered; null begins anew.</param>
sealed class StepJudge(double? outlierThreshold, StepJudgeState? state = null)
{
    readonly OutlierDetector? losses = outlierThreshold is { } threshold ? new(threshold, state?.Losses) : null;
    readonly OutlierDetector? norms = outlierThreshold is { } threshold ? new(threshold, state?.Norms) : null;

    /// <summary>Steps that were not applied.</summary>
    public int Skipped { get; private set; } = state?.Skipped ?? 0;

    /// <summary>Steps that were not applied since the last one that was.</summary>
    public int InARow { get; private set; } = state?.InARow ?? 0;

    /// <summary>Whether a step's figures must be known before it is applied. One that is not finite the device itself leaves out.</summary>
    public bool MustSeeFirst => losses is not null;

    public StepJudgeState State => new(Skipped, InARow, losses?.Values ?? [], norms?.Values ?? []);

    /// <summary>Why a step is not applied; null where it is.</summary>
    public StepFault? Judge(float loss, float norm)
    {
        var fault = float.IsFinite(loss) && float.IsFinite(norm) ? Outlier(loss, norm) : StepFault.NotFinite;
        if (fault is not null) Skipped++;
        InARow = fault is null ? 0 : InARow + 1;
        return fault;
    }

    StepFault? Outlier(float loss, float norm)
    {
        // Each window takes every finite step, whatever the other says of it.
        bool lossIsFar = losses?.Add(loss) ?? false, normIsFar = norms?.Add(norm) ?? false;
        return lossIsFar ? StepFault.LossOutlier : normIsFar ? StepFault.GradientOutlier : null;
    }
}

/// <summary>What must be remembered of a run's steps so that it can go on as if it had never stopped. Plain data, for JSON.</summary>
/// <param name="Skipped">Steps that were not applied.</param>
/// <param name="InARow">Those since the last one that was.</param>
/// <param name="Losses">The losses that outliers are told by, oldest first; empty where none are looked for.</param>
/// <param name="Norms">The gradient norms, likewise.</param>
public sealed record StepJudgeState(int Skipped, int InARow, IReadOnlyList<double> Losses, IReadOnlyList<double> Norms);
