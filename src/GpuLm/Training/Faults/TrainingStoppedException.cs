namespace GpuLm.Training;

/// <summary>Too many steps in a row were not applied: going on would be a waste. The weights are those of the last one that was.</summary>
public sealed class TrainingStoppedException : GpuLmException
{
    TrainingStoppedException(string message)
        : base(message)
    {
    }

    /// <summary>The last step was not finite.</summary>
    /// <param name="steps">Which steps were not applied.</param>
    /// <param name="origin">Where a value was first not finite; null where none was found again.</param>
    internal static TrainingStoppedException NotFinite(string steps, string? origin) => new(
        $"{steps}: the loss or the gradient is not finite. "
        + (origin is null
            ? "Computed again, pass by pass, every value of the last one is finite, which points to the device more than to the model. "
            : $"{origin} ")
        + "The last checkpoint is as it was. Go on from one before the trouble, with a lower --learning-rate, a longer --warmup or a "
        + "tighter --clip.");

    /// <summary>The last step was an outlier.</summary>
    /// <param name="steps">Which steps were not applied.</param>
    internal static TrainingStoppedException Outliers(string steps) => new(
        $"{steps}: their loss or gradient norm is far above what it was before. The last checkpoint is as it was. "
        + "Go on with a larger --skip-outliers, or a lower --learning-rate.");
}
