using GpuLm.Training;

namespace GpuLm.Cli.Training;

/// <summary>What <c>--batch auto</c> means: the largest batch that fits and is of use.</summary>
/// <remarks>
/// Beyond some size a larger batch makes a step slower and teaches hardly more. On a GPU the bound is the half million tokens of GPT-3's
/// smallest model (Brown et al., "Language Models are Few-Shot Learners", 2020, table 2.1); a CPU's few cores are busy much earlier.
/// </remarks>
static class BatchChoice
{
    /// <summary>Tokens in a pass, at most.</summary>
    public const int MostTokens = 1 << 19, MostTokensOnCpu = 1 << 14;

    /// <summary>The largest batch that fits the device, the text and the bound on tokens, and divides the total.</summary>
    /// <param name="memory">What fits.</param>
    /// <param name="options">The run.</param>
    /// <param name="trainingTokens">Tokens of the text that train.</param>
    /// <param name="total">Sequences of a step that passes of this batch must make up; null where it is free.</param>
    /// <exception cref="GpuLmException">Not even a batch of one fits.</exception>
    public static int Choose(TrainingMemory memory, TrainingOptions options, long trainingTokens, int? total)
    {
        int fits = memory.LargestBatch(options), length = memory.LengthFor(options);
        if (fits == 0) memory.Require(options with { Batch = 1 });
        int useful = Math.Max(1, (memory.Device.IsGpu ? MostTokens : MostTokensOnCpu) / length);
        int most = (int)Math.Max(1, Math.Min(Math.Min(fits, useful), trainingTokens / length));
        return total is { } sequences ? Enumerable.Range(1, most).Last(batch => sequences % batch == 0) : most;
    }
}
