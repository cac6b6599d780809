using BenchmarkDotNet.Attributes;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.CrossEntropy;
using GpuLm.Reference;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Benchmarks;

/// <summary>Cross-entropy of a chunk of rows, with GPT-2's vocabulary and with a small one.</summary>
public class CrossEntropyBenchmarks : OpBenchmark
{
    ArrayView<float> logits, gradient, losses;
    ArrayView<int> targets;
    CrossEntropy crossEntropy = null!;

    [Params(256)]
    public int Rows { get; set; }

    [Params(50_257, 512)]
    public int Columns { get; set; }

    public override KernelSizes Sizes => new(Rows, Columns);

    protected override void Prepare()
    {
        (logits, targets, losses) = (Input(Rows * Columns), Ids(Rows, Columns), Output(Rows));
        gradient = Upload(Read(logits));
        crossEntropy = new CrossEntropy(Device);
        crossEntropy.Forward(logits, targets, Rows, Columns, Columns, losses);
        crossEntropy.ForwardBackward(gradient, targets, Rows, Columns, Columns, 1, losses);
    }

    protected override void Verify()
    {
        double[] row = [.. Read(logits.SubView(0, Columns)).Select(value => (double)value)];
        int[] target = new int[Rows];
        targets.CopyToCPU(Device.Stream, target);
        Device.Synchronize();
        var loss = CrossEntropyReference.Forward(row, target[..1], 1, Columns);
        var dLogits = CrossEntropyReference.Backward(row, target[..1], 1, Columns, 1);
        float[] actual = Read(gradient.SubView(0, Columns));
        Require(Read(losses)[0], loss.Value[0], 8 * loss.Magnitude[0] / (1 << 24), "the first loss");
        for (int i = 0; i < Columns; i++) Require(actual[i], dLogits.Value[i], 8 * dLogits.Magnitude[i] / (1 << 24), $"dLogits[{i}]");
    }

    [Benchmark, Kernel("CrossEntropy.Forward")]
    public void Forward()
    {
        crossEntropy.Forward(logits, targets, Rows, Columns, Columns, losses);
        Device.Synchronize();
    }

    /// <summary>Works on what the run before left; the time does not depend on the values.</summary>
    [Benchmark, Kernel("CrossEntropy.ForwardBackward")]
    public void ForwardBackward()
    {
        crossEntropy.ForwardBackward(gradient, targets, Rows, Columns, Columns, 1, losses);
        Device.Synchronize();
    }
}
