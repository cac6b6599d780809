namespace GpuLm.Cli.Training.Dashboard;

/// <summary>What the page asks for each second: how the run stands, and what the page does not know yet.</summary>
/// <param name="Run">Identifies the run's process: another one means another run at the same address.</param>
/// <param name="State"><c>starting</c>, <c>running</c>, <c>finished</c> or <c>stopped</c>.</param>
/// <param name="Description">Names and values that stand above the run.</param>
/// <param name="Figures">Names and values of the latest step.</param>
/// <param name="Done">Share of the run that is done, 0 to 1.</param>
/// <param name="Message">What happened last.</param>
/// <param name="Stride">Steps that a point stands for.</param>
/// <param name="Points">The points.</param>
/// <param name="Samples">The samples.</param>
/// <param name="SampleCount">Samples made so far.</param>
sealed record RunState(
    string Run, string State, IReadOnlyList<NamedText> Description, IReadOnlyList<NamedText> Figures, double Done, string Message,
    int Stride, PointColumns Points, IReadOnlyList<ShownSample> Samples, int SampleCount);

/// <summary>A value as people read it.</summary>
sealed record NamedText(string Name, string Value);

/// <summary>A sample; <paramref name="Text"/> begins with the prompt.</summary>
sealed record ShownSample(int Step, string Prompt, ulong Seed, string Text);

/// <summary>Points by columns, as charts want them. What is not finite is null.</summary>
sealed record PointColumns(
    int[] Step, float?[] Loss, float?[] HighestLoss, float?[] ValidationLoss, float?[] LearningRate, float?[] GradientNorm,
    float?[] TokensPerSecond, float?[] Utilization)
{
    /// <summary>No points.</summary>
    public static PointColumns None { get; } = Of([]);

    /// <summary>The columns of points.</summary>
    public static PointColumns Of(IReadOnlyList<HistoryPoint> points)
    {
        float?[] Column(Func<HistoryPoint, double?> figure) =>
            [.. points.Select(point => figure(point) is { } value && double.IsFinite(value) ? (float)value : (float?)null)];
        return new PointColumns(
            [.. points.Select(point => point.Step)], Column(point => point.Loss), Column(point => point.HighestLoss),
            Column(point => point.ValidationLoss), Column(point => point.LearningRate), Column(point => point.HighestGradientNorm),
            Column(point => point.TokensPerSecond), Column(point => point.Utilization));
    }
}
