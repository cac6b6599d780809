using GpuLm.Devices;
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
    /// <param name="model">The model.</param>
    /// <param name="prompts">Prompts that there are; more slots would be idle.</param>
    /// <param name="wanted">What the user asks for; nothing takes what fits.</param>
    /// <exception cref="GpuLmException">So many do not fit the device; the message says how many would.</exception>
    public static int Slots(LoadedModel model, int prompts, int? wanted)
    {
        int slots = Math.Min(prompts, wanted ?? DefaultBatch);
        long left = DeviceMemory.UsableBytes(model.Device, model.Gpt.Device);
        int fitting = LargestBatch(model.Gpt.Config, model.Gpt.Format, slots, left);
        if (fitting >= slots || (fitting > 0 && wanted is null)) return fitting;
        long needed = GptDecoder.RequiredBytes(model.Gpt.Config, model.Gpt.Format, slots);
        string remedy = fitting > 0 ? $"At most --batch {fitting} fits." : "Use a smaller model or another --device.";
        throw new GpuLmException(
            $"Continuing {slots} prompts side by side needs {Units.Bytes(needed)} beside the model; {model.Device} has "
            + $"{Units.Bytes(Math.Max(0, left))} left. {remedy}");
    }

    /// <summary>The most sequences, up to a limit, whose cache and activations fit; 0 where none does.</summary>
    public static int LargestBatch(GptConfig config, ModelFormat format, int limit, long bytes)
    {
        int fitting = limit;
        while (fitting > 0 && GptDecoder.RequiredBytes(config, format, fitting) > bytes) fitting--;
        return fitting;
    }
}
