namespace GpuLm.Training;

/// <summary>The learning rate of each step: a linear warm-up times what the schedule makes of the run's progress.</summary>
public static class LearningRateSchedule
{
    /// <summary>The share of the run, at its end, over which <see cref="Schedule.WarmupStableDecay"/> falls.</summary>
    public const double DecayShare = 0.2;

    /// <summary>
    /// The learning rate of a step. During the warm-up it is (step + 1) / warm-up steps of the peak, so that no step is wasted on a rate of
    /// zero. Where the run is measured in steps, the cosine (Loshchilov, Hutter, "SGDR", 2017) begins where the warm-up ends; by the clock,
    /// where nobody knows when that will be, it begins with the run. WSD (Hu et al., "MiniCPM", 2024) falls linearly over the last fifth.
    /// </summary>
    /// <param name="options">Peak, ratio at the end, warm-up and schedule.</param>
    /// <param name="step">Updates made before this one.</param>
    /// <param name="progress">The share of the run that is done before this step, by its steps or by its clock: 0 to 1.</param>
    public static float At(TrainingOptions options, int step, double progress)
    {
        ArgumentNullException.ThrowIfNull(options);
        double warmup = options.Warmup > 0 ? Math.Min(1, (step + 1.0) / options.Warmup) : 1;
        double fall = options.Schedule switch
        {
            Schedule.Cosine => (1 - Math.Cos(Math.PI * AfterWarmup(options, progress))) / 2,
            Schedule.WarmupStableDecay => Math.Clamp((progress - (1 - DecayShare)) / DecayShare, 0, 1),
            Schedule.Constant => 0,
            _ => throw new ArgumentException($"There is no schedule {options.Schedule}.", nameof(options)),
        };
        return (float)(options.LearningRate * warmup * (1 - (1 - options.FinalLearningRateRatio) * fall));
    }

    static double AfterWarmup(TrainingOptions options, double progress)
    {
        double start = options.Duration is null ? (double)options.Warmup / options.Steps : 0;
        return start < 1 ? Math.Clamp((progress - start) / (1 - start), 0, 1) : 0;
    }
}
