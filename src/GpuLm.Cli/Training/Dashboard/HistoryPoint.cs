using GpuLm.Training;

namespace GpuLm.Cli.Training.Dashboard;

/// <summary>One or more neighbouring steps as one point of a chart. Means are over the steps whose figure is finite.</summary>
/// <remarks>It keeps sums, so that points can be joined again and again and stay true means.</remarks>
sealed record HistoryPoint
{
    readonly double lossSum, secondsPerToken, inverseUtilization;
    readonly int steps, finiteLosses;

    /// <summary>The point of one step.</summary>
    public HistoryPoint(StepReport report)
    {
        Step = report.Step;
        steps = 1;
        if (float.IsFinite(report.Loss)) (lossSum, finiteLosses, HighestLoss) = (report.Loss, 1, report.Loss);
        if (float.IsFinite(report.GradientNorm)) HighestGradientNorm = report.GradientNorm;
        ValidationLoss = report.ValidationLoss;
        LearningRate = report.LearningRate;
        secondsPerToken = 1 / report.TokensPerSecond;
        inverseUtilization = 1 / report.FlopsUtilization;
    }

    HistoryPoint(HistoryPoint first, HistoryPoint second)
    {
        Step = second.Step;
        steps = first.steps + second.steps;
        lossSum = first.lossSum + second.lossSum;
        finiteLosses = first.finiteLosses + second.finiteLosses;
        HighestLoss = Highest(first.HighestLoss, second.HighestLoss);
        HighestGradientNorm = Highest(first.HighestGradientNorm, second.HighestGradientNorm);
        ValidationLoss = second.ValidationLoss ?? first.ValidationLoss;
        LearningRate = second.LearningRate;
        secondsPerToken = first.secondsPerToken + second.secondsPerToken;
        inverseUtilization = first.inverseUtilization + second.inverseUtilization;
    }

    /// <summary>The last step.</summary>
    public int Step { get; }

    /// <summary>The mean loss; nothing where no step's was finite.</summary>
    public double? Loss => finiteLosses == 0 ? null : lossSum / finiteLosses;

    /// <summary>The highest loss: a mean over many steps would hide an outlier.</summary>
    public double? HighestLoss { get; }

    /// <summary>The last validation, where there was one.</summary>
    public double? ValidationLoss { get; }

    /// <summary>The last step's learning rate.</summary>
    public double LearningRate { get; }

    /// <summary>The highest gradient norm.</summary>
    public double? HighestGradientNorm { get; }

    /// <summary>Tokens over time.</summary>
    public double TokensPerSecond => steps / secondsPerToken;

    /// <summary>The utilization over the same time; nothing where the device's peak was not measured.</summary>
    public double? Utilization => double.IsNaN(inverseUtilization) ? null : steps / inverseUtilization;

    /// <summary>This point and the one that follows it as one.</summary>
    public HistoryPoint Join(HistoryPoint next) => new(this, next);

    static double? Highest(double? a, double? b) => a is null ? b : b is null ? a : Math.Max(a.Value, b.Value);
}
