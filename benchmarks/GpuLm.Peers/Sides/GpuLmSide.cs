using GpuLm.Bench.Peers;
using GpuLm.Devices;
using GpuLm.Kernels.Common;
using GpuLm.Models;
using GpuLm.Training;

namespace GpuLm.Peers;

/// <summary>Training steps in GpuLm, on the CPU.</summary>
sealed class GpuLmSide : ISide
{
    readonly DeviceCatalog catalog = new();
    readonly ComputeDevice device;
    readonly Gpt model;
    readonly TrainingStep training;

    public GpuLmSide(Workload workload, int threads)
    {
        device = catalog.Open("cpu", threads);
        model = new Gpt(device, workload.Config, seed: null);
        foreach (var slot in model.Layout.Slots) model.WriteParameters(slot, workload.Weights(slot));
        training = new TrainingStep(model, new TrainingOptions
        {
            Batch = workload.Batch,
            SequenceLength = workload.Length,
            Beta1 = (float)Optimizer.Beta1,
            Beta2 = (float)Optimizer.Beta2,
            Epsilon = (float)Optimizer.Epsilon,
            WeightDecay = (float)Optimizer.WeightDecay,
            Clip = (float)Optimizer.Clip,
        });
    }

    public string Name => PeerLabels.GpuLm;

    public double Step(int[] inputs, int[] targets) => training.Run(inputs, targets, (float)Optimizer.LearningRate).Loss;

    public void Dispose()
    {
        training.Dispose();
        model.Dispose();
        device.Dispose();
        catalog.Dispose();
    }
}
