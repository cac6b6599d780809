using System.Globalization;
using GpuLm.Training;

namespace GpuLm.Cli.Training;

/// <summary>What a display shows of a run: the latest report, the latest validation, and how long it will take.</summary>
/// <param name="options">When the run ends: after some steps, or after some time.</param>
sealed class RunProgress(TrainingOptions options)
{
    /// <summary>Weight of the latest step in the shown speed, which single steps make restless.</summary>
    const double LatestWeight = 0.05;

    StepReport? first;
    double secondsPerToken;

    /// <summary>The latest step.</summary>
    public StepReport? Latest { get; private set; }

    /// <summary>The latest step that validated.</summary>
    public StepReport? Validated { get; private set; }

    public void Add(StepReport report)
    {
        first ??= report;
        double latest = 1 / report.TokensPerSecond;
        // The first step compiles kernels, so the average begins with the second.
        secondsPerToken = report.Step - first.Step < 2 ? latest : (1 - LatestWeight) * secondsPerToken + LatestWeight * latest;
        Latest = report;
        if (report.ValidationLoss is not null) Validated = report;
    }

    /// <summary>Share of the run that is done, 0 to 1.</summary>
    public double Done => Latest is null ? 0
        : options.Duration is { } duration ? Math.Min(1, Latest.Seconds / duration.TotalSeconds)
        : (double)Latest.Step / options.Steps;

    /// <summary>
    /// Time until the end; unknown until two steps are done. The first step, which compiles, does not count for the rest.
    /// </summary>
    public TimeSpan? Left
    {
        get
        {
            if (Latest is null || first is null) return null;
            if (options.Duration is { } duration) return TimeSpan.FromSeconds(Math.Max(0, duration.TotalSeconds - Latest.Seconds));
            if (Latest.Step == first.Step) return null;
            double secondsPerStep = (Latest.Seconds - first.Seconds) / (Latest.Step - first.Step);
            return TimeSpan.FromSeconds(secondsPerStep * (options.Steps - Latest.Step));
        }
    }

    public string StepText =>
        Latest is null ? "" : options.Duration is null ? $"{Latest.Step:N0} of {options.Steps:N0}" : $"{Latest.Step:N0}";

    public string LossText => Latest is null ? "" : Number(Latest.Loss, "0.0000");

    public string ValidationText => Validated?.ValidationLoss is float loss ? Number(loss, "0.0000") : "";

    public string BitsText => Validated?.BitsPerByte is double bits ? Number(bits, "0.0000") : "";

    public string SkippedText => Latest is { Skipped: > 0 } ? $"{Latest.Skipped:N0}" : "";

    public string SpeedText => Latest is null ? "" : Number(1 / secondsPerToken, "N0");

    public string PeakText =>
        Latest is null || double.IsNaN(Latest.FlopsUtilization) ? ""
        : Number(100 * Latest.FlopsUtilization / Latest.TokensPerSecond / secondsPerToken, "0.0") + " %";

    public string LeftText => Left is { } left ? Time(left) : "";

    /// <summary>Hours, minutes and seconds without leading zeros: <c>2:05</c>, <c>11:02:05</c>.</summary>
    public static string Time(TimeSpan time)
    {
        long seconds = (long)Math.Round(Math.Min(time.TotalSeconds, 1e9));
        string tail = string.Create(CultureInfo.InvariantCulture, $"{seconds % 60:00}");
        return seconds < 3600
            ? string.Create(CultureInfo.InvariantCulture, $"{seconds / 60}:{tail}")
            : string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600}:{seconds / 60 % 60:00}:{tail}");
    }

    static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
