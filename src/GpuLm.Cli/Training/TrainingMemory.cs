using GpuLm.Devices;
using GpuLm.Models;
using GpuLm.Training;

namespace GpuLm.Cli.Training;

/// <summary>Whether a run fits its device, before anything is allocated.</summary>
static class TrainingMemory
{
    /// <summary>The run's plan, the activations for its samples included.</summary>
    /// <exception cref="GpuLmException">It does not fit; the message says what would.</exception>
    public static MemoryPlan Require(GptConfig config, TrainingOptions options, ModelFormat format, DeviceInfo device)
    {
        long usable = device.PlannableBytes;
        var plan = Trainer.Plan(config, options, format);
        plan = plan with { Other = plan.Other + GptDecoder.RequiredBytes(config, format, slots: 1) };
        if (plan.Total <= usable) return plan;
        throw new GpuLmException(
            $"Training this model with a batch of {options.Batch} needs {Units.Bytes(plan.Total)}; {device} has "
            + $"{Units.Bytes(device.MemoryBytes)}, of which {Units.Bytes(usable)} can be planned for. "
            + WhatFits(config, options, format, device));
    }

    /// <summary>The largest batch that fits, for each choice of what is computed again; 0 where none does.</summary>
    public static IReadOnlyDictionary<Recompute, int> LargestBatches(
        GptConfig config, TrainingOptions options, ModelFormat format, DeviceInfo device)
    {
        long bytes = device.PlannableBytes - GptDecoder.RequiredBytes(config, format, slots: 1);
        return Enum.GetValues<Recompute>().ToDictionary(
            recompute => recompute, recompute => MemoryPlan.LargestBatch(config, options with { Recompute = recompute }, format, bytes));
    }

    static string WhatFits(GptConfig config, TrainingOptions options, ModelFormat format, DeviceInfo device)
    {
        var batches = LargestBatches(config, options, format, device);
        if (batches.Values.All(batch => batch == 0))
        {
            return "Not even a batch of 1 fits. Use a smaller --context or --model"
                + (format.HasCopies ? ", or --master-weights off." : ".");
        }
        var fitting = batches.Where(pair => pair.Value > 0)
            .Select(pair => $"--batch {pair.Value} with --recompute {pair.Key.ToString().ToLowerInvariant()}");
        return $"At most {string.Join(", or ", fitting)} fits; --accumulate makes up for a smaller batch.";
    }
}
