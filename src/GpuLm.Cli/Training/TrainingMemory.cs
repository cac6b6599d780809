using GpuLm.Devices;
using GpuLm.Models;
using GpuLm.Training;

namespace GpuLm.Cli.Training;

/// <summary>Whether a run fits its device, before anything is allocated.</summary>
/// <param name="config">The model.</param>
/// <param name="format">Its numbers.</param>
/// <param name="device">The device.</param>
/// <param name="usable">Bytes of the device that a run may plan for: <see cref="DeviceMemory.UsableBytes"/>.</param>
sealed class TrainingMemory(GptConfig config, ModelFormat format, DeviceInfo device, long usable)
{
    /// <summary>Bytes that a run may plan for.</summary>
    public long Usable => usable;

    /// <summary>The device.</summary>
    public DeviceInfo Device => device;

    /// <summary>Tokens of a sequence.</summary>
    public int LengthFor(TrainingOptions options) => options.LengthFor(config);

    /// <summary>The run's plan, the activations for its samples included.</summary>
    /// <exception cref="GpuLmException">It does not fit; the message says what would.</exception>
    public MemoryPlan Require(TrainingOptions options)
    {
        var plan = Trainer.Plan(config, options, format);
        plan = plan with { Other = plan.Other + GptDecoder.RequiredBytes(config, format, slots: 1) };
        if (plan.Total <= usable) return plan;
        throw new GpuLmException(
            $"Training this model with a batch of {options.Batch} needs {Units.Bytes(plan.Total)}; {device} has "
            + $"{Units.Bytes(device.MemoryBytes)}, of which {Units.Bytes(usable)} can be used now. {WhatFits(options)}");
    }

    /// <summary>The largest batch that fits, whatever the options' own batch is; 0 where none does.</summary>
    public int LargestBatch(TrainingOptions options) =>
        MemoryPlan.LargestBatch(config, options, format, usable - GptDecoder.RequiredBytes(config, format, slots: 1));

    /// <summary>The same for each choice of what is computed again.</summary>
    public IReadOnlyDictionary<Recompute, int> LargestBatches(TrainingOptions options) =>
        Enum.GetValues<Recompute>().ToDictionary(
            recompute => recompute, recompute => LargestBatch(options with { Recompute = recompute }));

    string WhatFits(TrainingOptions options)
    {
        var batches = LargestBatches(options);
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
