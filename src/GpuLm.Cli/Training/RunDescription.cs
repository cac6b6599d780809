using System.Globalization;
using GpuLm.Devices;
using GpuLm.Models;
using GpuLm.Training;

namespace GpuLm.Cli.Training;

/// <summary>A run in the words that stand above it.</summary>
static class RunDescription
{
    public static string Of(ModelFormat format) => format.Precision switch
    {
        Precision.Fp32 => "fp32",
        Precision.Tf32 => "fp32, multiplied in tf32",
        _ => "bf16 matrices and activations, fp32 sums and statistics; "
            + (format.MasterWeights ? "fp32 master weights" : "no master weights: updates are rounded stochastically"),
    };

    public static string Of(DevicePeaks peaks, Precision precision)
    {
        string tensorCores = precision == Precision.Fp32 ? "" : $" in {PrecisionSupport.NameOf(precision)}";
        return $"{Units.Flops(peaks.FlopsPerSecondIn(precision))}{tensorCores} and {Units.Bytes(peaks.BytesPerSecond)}/s";
    }

    public static string Of(GptConfig config) =>
        $"{Units.Count(new GptLayout(config).ParameterCount)} parameters: {Shape(config)}";

    public static string Shape(GptConfig config) =>
        $"{config.Layers} {(config.Layers == 1 ? "layer" : "layers")}, {config.Heads} heads, {config.Channels} channels, "
        + $"context {config.ContextLength}";

    /// <param name="plan">What the run needs.</param>
    /// <param name="options">Its options.</param>
    /// <param name="memory">What there is.</param>
    public static string Of(MemoryPlan plan, TrainingOptions options, TrainingMemory memory)
    {
        var recompute = options.Recompute;
        string again = recompute == Recompute.None ? "" : $" ({(recompute == Recompute.Norms ? "norms" : "blocks")} computed again)";
        string largest = memory.LargestBatch(options).ToString("N0", CultureInfo.InvariantCulture);
        return $"{Units.Bytes(plan.Total)} of {Units.Bytes(memory.Usable)} (largest batch that fits: {largest}): "
            + $"parameters {Units.Bytes(plan.Parameters)}, gradients {Units.Bytes(plan.Gradients)}, moments {Units.Bytes(plan.Moments)}, "
            + $"activations {Units.Bytes(plan.Activations)}{again}, other {Units.Bytes(plan.Other)}";
    }

    public static string Of(TrainingOptions options, GptConfig config)
    {
        string batch = options.Accumulate == 1 ? $"{options.Batch}" : $"{options.Accumulate} x {options.Batch}";
        double tokens = (double)options.Batch * options.Accumulate * config.ContextLength;
        string end = options.Duration is { } duration
            ? $"{RunProgress.Time(duration)} minutes"
            : string.Create(CultureInfo.InvariantCulture, $"{options.Steps:N0} steps, {Units.Count(options.Steps * tokens)} tokens");
        return $"{end}, {batch} sequences a step, seed {options.Seed}";
    }
}
