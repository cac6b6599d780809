using GpuLm.Models;
using GpuLm.Tests.Golden;
using TorchSharp;
using static TorchSharp.torch;

namespace GpuLm.Peers.Torch;

/// <summary>Computes what PyTorch makes of a workload, in float64 and in float32.</summary>
static class TorchGolden
{
    public const int Steps = 10;

    public static GoldenFile Make(Workload workload)
    {
        var truth = Run(workload, ScalarType.Float64);
        var peer = Run(workload, ScalarType.Float32);
        var errors = truth.Tensors.ToDictionary(pair => pair.Key, pair => GoldenComparison.MaxError(pair.Value, peer.Tensors[pair.Key]));
        errors.Add("losses", GoldenComparison.MaxError(truth.Losses, peer.Losses));
        errors.Add("norms", GoldenComparison.MaxError(truth.Norms, peer.Norms));
        var batches = Enumerable.Range(0, Steps).Select(workload.BatchOf).ToList();
        var weights = new GptLayout(workload.Config).Slots.ToDictionary(slot => slot.Name, workload.Weights);
        return new GoldenFile(
            TorchLibrary.Versions, workload.Config, workload.Batch, workload.Length, Optimizer.Golden,
            [.. batches.Select(b => b.Inputs)], [.. batches.Select(b => b.Targets)], weights, truth, errors);
    }

    static GoldenResult Run(Workload workload, ScalarType type)
    {
        using var side = new TorchSide(workload, type);
        var (inputs, targets) = workload.BatchOf(0);
        var tensors = new Dictionary<string, float[]> { ["logits"] = side.Backward(inputs, targets) };
        foreach (var slot in side.Model.Layout.Slots) tensors.Add(GoldenResult.Gradient(slot.Name), side.Model.Gradient(slot));
        var losses = new List<double>();
        var norms = new List<double>();
        for (int step = 0; step < Steps; step++)
        {
            (inputs, targets) = workload.BatchOf(step);
            losses.Add(side.Step(inputs, targets));
            norms.Add(side.Norm);
        }
        return new GoldenResult(tensors, losses, norms);
    }
}
