using System.Diagnostics;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.MatMul;
using GpuLm.Kernels.MatMul.Cuda;

namespace GpuLm.Tuning;

/// <summary>
/// Finds by measurement how the products of a training step are best cut on a CUDA device. Every candidate first proves that it computes
/// what the rule's choice computes. What was found is kept at once, product by product, and launchers that are made later take it.
/// </summary>
public sealed class MatMulTuner
{
    const int Repetitions = 5;

    static readonly TimeSpan EachRepetition = TimeSpan.FromMilliseconds(10);

    readonly ComputeDevice device;
    readonly MatMulTuning tuning;

    /// <summary>Prepares to tune a device that nothing else uses meanwhile.</summary>
    /// <param name="device">The device.</param>
    /// <param name="folder">Where the table is kept; null for the user's cache folder.</param>
    /// <exception cref="GpuLmException">The device has no tensor cores: there is nothing to tune.</exception>
    public MatMulTuner(ComputeDevice device, string? folder = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (device.Cuda is not { HasTensorCores: true })
        {
            throw new GpuLmException(
                $"There is nothing to tune on {device}: only products on tensor cores are cut in several ways. Name a CUDA device.");
        }
        (this.device, tuning) = (device, MatMulTuning.Load(device.Cuda, folder));
    }

    /// <summary>The file with the results.</summary>
    public string Path => tuning.Path;

    /// <summary>Measures all cuts of one product, and keeps the fastest.</summary>
    /// <exception cref="GpuLmException">The device has not enough memory.</exception>
    public TuningResult Tune(TunedProduct product)
    {
        ArgumentNullException.ThrowIfNull(product);
        using var operands = new TuningOperands(device, product);
        string rule = TensorCoreConfigs.Choose(operands.Shape, NumberFormat.Bf16, device.Cuda!).Name;
        string[] candidates =
            [.. TensorCoreConfigs.Candidates(operands.Shape, NumberFormat.Bf16, device.Cuda!)
                .Select(cut => cut.Name).Prepend(rule).Distinct()];

        float[] expected = Result(operands, new MatMul(device, configuration: rule));
        var seconds = new Dictionary<string, double>();
        foreach (string cut in candidates)
        {
            var matmul = new MatMul(device, configuration: cut);
            if (operands.Agree(expected, Result(operands, matmul))) seconds[cut] = Median(() => operands.Multiply(matmul));
        }
        string best = seconds.MinBy(measured => measured.Value).Key;
        tuning.Set(ProductClass.Of(NumberFormat.Bf16, product.WideResult ? NumberFormat.Fp32 : NumberFormat.Bf16, operands.Shape), best);
        tuning.Save();
        return new TuningResult(
            product, rule, best, seconds[rule] / seconds[best], product.Shape.Flops / seconds[best], [.. candidates.Except(seconds.Keys)]);
    }

    static float[] Result(TuningOperands operands, MatMul matmul)
    {
        operands.PoisonResult();
        operands.Multiply(matmul);
        return operands.ReadResult();
    }

    /// <summary>The median time of a launch, over repetitions of as many launches as take some milliseconds.</summary>
    double Median(Action launch)
    {
        double once = Seconds(launch, 1);
        int launches = (int)Math.Clamp(EachRepetition.TotalSeconds / once, 1, 1000);
        var times = Enumerable.Range(0, Repetitions).Select(_ => Seconds(launch, launches)).Order().ToList();
        return times[times.Count / 2];
    }

    double Seconds(Action launch, int launches)
    {
        device.Synchronize();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < launches; i++) launch();
        device.Synchronize();
        return Stopwatch.GetElapsedTime(start).TotalSeconds / launches;
    }
}
