using GpuLm.Models;

namespace GpuLm.Cli.Generation;

/// <summary>How many prompts are continued side by side: each needs keys and values for the whole context.</summary>
static class GenerationMemory
{
    /// <summary>Without a wish: as many rows of a product cost a CPU hardly more than one.</summary>
    public const int DefaultBatch = 12;

    /// <summary>Wishes beyond this are refused.</summary>
    public const int MostBatch = 4096;

    /// <summary>The slots to reserve.</summary>
    /// <param name="config">The model.</param>
    /// <param name="format">Its numbers.</param>
    /// <param name="usable">Bytes of the device that the model leaves.</param>
    /// <param name="prompts">Prompts that there are; more slots would be idle.</param>
    /// <param name="wanted">What the user asks for; nothing takes what fits.</param>
    /// <exception cref="GpuLmException">So many do not fit the device; the message says how many would.</exception>
    public static int Slots(GptConfig config, ModelFormat format, long usable, int prompts, int? wanted)
    {
        int slots = Math.Min(prompts, wanted ?? DefaultBatch), fitting = slots;
        while (fitting > 0 && GptDecoder.RequiredBytes(config, format, fitting) > usable) fitting--;
        if (fitting == slots || (fitting > 0 && wanted is null)) return fitting;
        string remedy = fitting > 0 ? $"At most --batch {fitting} fits." : "Use a smaller model or another --device.";
        throw new GpuLmException(
            $"Continuing {slots} prompts side by side needs {Units.Bytes(GptDecoder.RequiredBytes(config, format, slots))} beside the "
            + $"model; the device has {Units.Bytes(Math.Max(0, usable))} left. {remedy}");
    }
}
