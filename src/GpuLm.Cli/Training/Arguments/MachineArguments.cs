using System.CommandLine.Parsing;
using GpuLm.Models;

namespace GpuLm.Cli.Training.Arguments;

/// <summary>On what a run computes.</summary>
/// <param name="Device">The device that runs, as the user named it.</param>
/// <param name="Precision">The precision that the user named; nothing means the fastest that is possible.</param>
/// <param name="MasterWeights">Whether a model in bf16 keeps fp32 matrices too.</param>
/// <param name="Recompute">What the backward pass computes again.</param>
/// <param name="CudaGraph">Whether a CUDA device repeats a step's launches as a graph.</param>
/// <param name="MeasurePeaks">Whether the device's peaks are measured before the run.</param>
sealed record MachineSettings(
    string Device, Precision? Precision, bool MasterWeights, Recompute Recompute, bool CudaGraph, bool MeasurePeaks);

/// <summary>The options that say on what a run computes. None of them changes what is learned, but for rounding.</summary>
sealed class MachineArguments
{
    static readonly Dictionary<string, bool> OnOff = new() { ["on"] = true, ["off"] = false };

    public Setting<string> Device { get; } = Setting.Text(Options.Device(), "auto");

    public Setting<string?> Precision { get; } = Setting.Text(Options.Precision(), Options.Precisions.Keys);

    public Setting<bool> MasterWeights { get; } = Setting.Choice(
        "master-weights",
        "With bf16: on keeps every matrix in fp32 too. off saves these 4 bytes a parameter and rounds each update of a bf16 matrix up or "
        + "down at random: right on average, but a single small update is lost or too large, and the saved model has bf16's digits.",
        OnOff, "on");

    public Setting<Recompute> Recompute { get; } =
        Setting.Choice("recompute", Options.RecomputeDescription, Options.Recomputes, "none");

    public Setting<bool> CudaGraph { get; } = Setting.Choice("cuda-graph", Options.CudaGraphDescription, OnOff, "on");

    public Setting<bool> MeasurePeaks { get; } = Setting.Choice(
        "measure-peaks",
        "Whether the device's peaks are measured first, which takes a second or two; off leaves the utilization out of what is shown.",
        OnOff, "on");

    public IEnumerable<Setting> All => [Device, Precision, MasterWeights, Recompute, CudaGraph, MeasurePeaks];

    public MachineSettings Read(CommandResult result) => new(
        Device.Of(result), Options.PrecisionOf(Precision.Of(result)), MasterWeights.Of(result), Recompute.Of(result), CudaGraph.Of(result),
        MeasurePeaks.Of(result));
}
