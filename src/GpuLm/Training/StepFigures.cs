using GpuLm.Kernels.GradientNorm;
using GpuLm.Kernels.Reduction;
using GpuLm.Models;
using GpuLm.Tensors;
using ILGPU;

namespace GpuLm.Training;

/// <summary>
/// A step's loss and gradient norm. They stay on the device, where the optimizer reads the norm, until the host asks for both at once.
/// </summary>
sealed class StepFigures : IDisposable
{
    readonly Gpt model;
    readonly Arena arena;
    readonly ArrayView<float> workspace, figure, both, lossSum;
    readonly float[] host = new float[2];

    public StepFigures(Gpt model)
    {
        this.model = model;
        arena = new Arena(model.Device, RequiredBytes(), "figures");
        (workspace, figure, both) = Cut(new ArenaCutter(arena.View));
        (lossSum, GradientNorm) = (both.SubView(0, 1), both.SubView(1, 1));
    }

    /// <summary>The gradient's norm, or NaN where the loss is not finite.</summary>
    public ArrayView<float> GradientNorm { get; }

    public long Bytes => arena.Bytes;

    public static long RequiredBytes()
    {
        var counter = new ArenaCutter();
        Cut(counter);
        return counter.Bytes;
    }

    /// <summary>Writes a pass's mean loss, or adds it to what the passes before left.</summary>
    public void LaunchMeanLoss(ArrayView<float> losses, long count, bool accumulate)
    {
        model.Kernels.Reduction.Mean(losses, count, workspace, accumulate ? figure : lossSum);
        if (accumulate) model.Kernels.ResidualAdd.Forward(lossSum, figure, 1, lossSum);
    }

    public void LaunchGradientNorm(ArrayView<float> gradients, long length) =>
        model.Kernels.GradientNorm.ComputeOfFiniteLoss(gradients, length, lossSum, workspace, GradientNorm);

    /// <summary>The sum of the passes' mean losses, and the norm.</summary>
    public (float LossSum, float GradientNorm) Read()
    {
        model.Device.Download(both, host);
        return (host[0], host[1]);
    }

    public double SumLosses(ArrayView<float> losses, long count)
    {
        model.Kernels.Reduction.Sum(losses, count, workspace, figure);
        model.Device.Download(figure, host.AsSpan(0, 1));
        return host[0];
    }

    public void Dispose() => arena.Dispose();

    static (ArrayView<float> Workspace, ArrayView<float> Figure, ArrayView<float> Both) Cut(ArenaCutter cutter) =>
        (cutter.TakeFp32(Math.Max(Reduction.WorkspaceLength, GpuLm.Kernels.GradientNorm.GradientNorm.WorkspaceLength)),
            cutter.TakeFp32(1), cutter.TakeFp32(2));
}
