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
    ArrayView<BFloat16> logitsBf16, gradientBf16;
    CrossEntropy crossEntropy = null!;

    [Params(256)]
    public int Rows { get; set; }

    [Params(50_257, 512)]
    public int Columns { get; set; }

    public override KernelSizes Sizes => new(Rows, Columns);

    /// <summary>Elements from one row to the next in bf16.</summary>
    int Stride => (Columns + 63) / 64 * 64;

    protected override void Prepare()
    {
        (logits, targets, losses) = (Input(Rows * Columns), Ids(Rows, Columns), Output(Rows));
        gradient = Upload(Read(logits));
        crossEntropy = new CrossEntropy(Device);
        crossEntropy.Forward(logits, targets, Rows, Columns, Columns, losses);
        crossEntropy.ForwardBackward(gradient, targets, Rows, Columns, Columns, 1, losses);
        if (HasBf16) (logitsBf16, gradientBf16) = (InputBf16(Rows * Stride), InputBf16(Rows * Stride));
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
        if (HasBf16) VerifyBf16(target);
    }

    void VerifyBf16(int[] target)
    {
        double[] row = ReadDoubles(gradientBf16.SubView(0, Columns));
        ForwardBackwardBf16();
        RequireBf16(
            Read(gradientBf16.SubView(0, Columns)), CrossEntropyReference.Backward(row, target[..1], 1, Columns, 1), 1, "dLogits in bf16");
        ForwardBf16();
        double[] logitsRow = ReadDoubles(logitsBf16.SubView(0, Columns));
        Require(Read(losses.SubView(0, 1)), CrossEntropyReference.Forward(logitsRow, target[..1], 1, Columns), 1, "the first loss of bf16");
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

    [Benchmark, Kernel("CrossEntropy.ForwardBf16")]
    public void ForwardBf16()
    {
        crossEntropy.Forward(logitsBf16, targets, Rows, Columns, Stride, losses);
        Device.Synchronize();
    }

    /// <summary>Works on what the run before left; the time does not depend on the values.</summary>
    [Benchmark, Kernel("CrossEntropy.ForwardBackwardBf16")]
    public void ForwardBackwardBf16()
    {
        crossEntropy.ForwardBackward(gradientBf16, targets, Rows, Columns, Stride, 1, losses);
        Device.Synchronize();
    }
}
