using GpuLm.Evaluation;
using GpuLm.Models;

namespace GpuLm.Cli.Evaluation;

/// <summary>How many windows or choices are measured at once: each needs the activations of its tokens.</summary>
static class EvaluationMemory
{
    /// <summary>The sequences to measure at once.</summary>
    /// <param name="config">The model.</param>
    /// <param name="format">Its numbers.</param>
    /// <param name="usable">Bytes of the device that the model leaves.</param>
    /// <param name="length">Tokens of a sequence.</param>
    /// <param name="wanted">What the user asks for; nothing takes what fits, up to the scorer's own choice.</param>
    /// <exception cref="GpuLmException">So many do not fit the device; the message says how many would.</exception>
    public static int Batch(GptConfig config, ModelFormat format, long usable, int length, int? wanted)
    {
        int batch = wanted ?? SequenceScorer.DefaultBatch(length), fitting = Largest(config, format, usable, length, batch);
        if (fitting == batch || (fitting > 0 && wanted is null)) return fitting;
        string remedy = fitting > 0 ? $"At most --batch {fitting} fits." : "Use a smaller --context, or another --device.";
        throw new GpuLmException(
            $"Measuring {batch} sequences of {length} tokens at once does not fit beside the model: the device has "
            + $"{Units.Bytes(Math.Max(0, usable))} left. {remedy}");
    }

    /// <summary>The largest batch up to <paramref name="most"/> that fits; 0 where none does.</summary>
    static int Largest(GptConfig config, ModelFormat format, long usable, int length, int most)
    {
        int fits = 0, tooLarge = most + 1;
        while (tooLarge - fits > 1)
        {
            int batch = fits + (tooLarge - fits) / 2;
            if (SequenceScorer.RequiredBytes(config, format, length, batch) <= usable) fits = batch;
            else tooLarge = batch;
        }
        return fits;
    }
}
