using GpuLm.Kernels.Common;
using GpuLm.Models;
using GpuLm.Training;

namespace GpuLm.Tests.Golden;

/// <summary>Makes GpuLm compute what a golden file holds.</summary>
public static class GoldenGpt
{
    public static GoldenResult Run(ComputeDevice device, GoldenFile golden)
    {
        ArgumentNullException.ThrowIfNull(golden);
        using var model = new Gpt(device, golden.Config, seed: null);
        foreach (var slot in model.Layout.Slots) model.WriteParameters(slot, golden.Weights[slot.Name]);
        var tensors = new Dictionary<string, float[]> { ["logits"] = Logits(model, golden.Inputs[0], golden.Length) };

        using var training = new TrainingStep(model, Options(golden));
        var losses = new List<double>();
        var norms = new List<double>();
        foreach (var (inputs, targets) in golden.Inputs.Zip(golden.Targets))
        {
            var (loss, norm) = training.Run(inputs, targets, (float)golden.Optimizer.LearningRate);
            losses.Add(loss);
            norms.Add(norm);
            if (losses.Count > 1) continue;
            foreach (var slot in model.Layout.Slots) tensors.Add(GoldenResult.Gradient(slot.Name), training.Gradients.Read(slot));
        }
        return new GoldenResult(tensors, losses, norms);
    }

    static TrainingOptions Options(GoldenFile golden) => new()
    {
        Batch = golden.Batch,
        SequenceLength = golden.Length,
        Beta1 = (float)golden.Optimizer.Beta1,
        Beta2 = (float)golden.Optimizer.Beta2,
        Epsilon = (float)golden.Optimizer.Epsilon,
        WeightDecay = (float)golden.Optimizer.WeightDecay,
        Clip = (float)golden.Optimizer.Clip,
    };

    static float[] Logits(Gpt model, int[] tokens, int length)
    {
        using var inference = new GptInference(model);
        return [.. tokens.Chunk(length).SelectMany(sequence => inference.Logits(sequence))];
    }
}
