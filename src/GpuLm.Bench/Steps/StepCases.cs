using GpuLm.Devices;
using GpuLm.Kernels.Common;
using GpuLm.Models;
using GpuLm.Training;

namespace GpuLm.Bench.Steps;

/// <summary>Chooses the steps that are timed on a device.</summary>
static class StepCases
{
    /// <summary>What a plan may take of the device's memory; the rest is the driver's, or the host's.</summary>
    const double UsableShare = 0.9;

    /// <summary>The batch and context of GPT-2's 124M on a GPU.</summary>
    const int Gpt2BatchOnGpu = 32, Gpt2LengthOnGpu = 1024;

    /// <summary>Sizes that no tile divides, for runs that only show that everything works.</summary>
    static readonly StepModel Ugly = new("ugly", new GptConfig(3, 3, 21, 19, 47), 3, 13);

    /// <summary>Bytes that all cases that are open at the same time may plan for.</summary>
    public static long UsableBytes(DeviceInfo device) => (long)(device.MemoryBytes * UsableShare);

    /// <summary>The cases in the order in which they are reported, each named once.</summary>
    /// <exception cref="GpuLmException">A model is not known, or the device does not allow a precision that was asked for.</exception>
    public static IReadOnlyList<StepCase> For(BenchOptions options, ComputeDevice device, StepSettings settings) =>
        [.. Models(options, settings).SelectMany(model => For(model, options, device, settings)).DistinctBy(step => step.Name)];

    static IEnumerable<StepModel> Models(BenchOptions options, StepSettings settings)
    {
        if (settings.Models is { } names) return names.Select(StepModel.Named);
        if (options.Effort == Effort.Tiny) return [Ugly];
        // OpenCL on a CPU is for checks, not for speed.
        if (options.Device is { Kind: DeviceKind.OpenCL, IsGpu: false }) return [StepModel.Tiny];
        return StepModel.Standard;
    }

    static IEnumerable<StepCase> For(StepModel model, BenchOptions options, ComputeDevice device, StepSettings settings)
    {
        bool largeOnGpu = options.Device.IsGpu && model == StepModel.Gpt2;
        int length = settings.Length ?? (largeOnGpu ? Gpt2LengthOnGpu : model.Length);
        int batch = settings.Batch ?? (largeOnGpu ? Gpt2BatchOnGpu : model.Batch);
        var config = model.Config with { ContextLength = Math.Max(length, model.Config.ContextLength) };
        foreach (var precision in Precisions(config, model, device, settings))
        {
            var step = new StepCase(model.Name, config, batch, length, PrecisionSupport.Require(precision, device, config))
            {
                Recompute = settings.Recompute, UseGraph = settings.UseGraph,
            };
            yield return settings.Batch is null ? Fitting(step, options.Device) : step;
        }
    }

    /// <summary>The large model in every precision that there is, others in the fastest.</summary>
    static IEnumerable<Precision> Precisions(GptConfig config, StepModel model, ComputeDevice device, StepSettings settings)
    {
        if (settings.Precisions is { } chosen) return chosen;
        if (model != StepModel.Gpt2) return [PrecisionSupport.Best(device, config)];
        return Enum.GetValues<Precision>().Where(precision => PrecisionSupport.Obstacle(precision, device.Cuda, config) is null);
    }

    static StepCase Fitting(StepCase step, DeviceInfo device)
    {
        int most = MemoryPlan.LargestBatch(step.Config, step.Options, step.Format, UsableBytes(device));
        return most == 0 || most >= step.Batch ? step : step with { Batch = most };
    }
}
