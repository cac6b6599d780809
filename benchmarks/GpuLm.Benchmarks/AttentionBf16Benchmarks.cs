using BenchmarkDotNet.Attributes;
using GpuLm.Kernels.Attention;
using GpuLm.Kernels.Common;
using GpuLm.Reference;
using ILGPU;

namespace GpuLm.Benchmarks;

/// <summary>
/// Causal attention on tensor cores, forward and backward, where the device is CUDA. Only the pairs that the mask keeps are counted; the
/// backward pass counts each product as often as its kernels compute it, seven of them where the formulas have five.
/// </summary>
public class AttentionBf16Benchmarks : OpBenchmark
{
    ArrayView<BFloat16> qkv, output, dOutput, dQkv;
    ArrayView<float> logSumExp;
    Attention attention = null!;
    AttentionShape shape;

    /// <summary>T, tokens in a sequence.</summary>
    [Params(1024, 4096)]
    public int Rows { get; set; }

    /// <summary>D, channels of a head.</summary>
    [Params(64, 128)]
    public int Columns { get; set; }

    /// <summary>Heads of all sequences; each is a sequence of its own.</summary>
    [Params(96)]
    public int Batch { get; set; }

    /// <inheritdoc/>
    public override KernelSizes Sizes => new(Rows, Columns, Batch: Batch);

    protected override void Prepare()
    {
        shape = new AttentionShape(Batch, Rows, 1, 1, Columns);
        (qkv, dOutput) = (InputBf16((int)shape.QkvLength), InputBf16((int)shape.OutputLength));
        (output, dQkv) = (InputBf16((int)shape.OutputLength), InputBf16((int)shape.QkvLength));
        logSumExp = Output(shape.Queries);
        attention = new Attention(Device);
        Forward();
        Backward();
    }

    /// <summary>Checks the last head: heads do not touch each other.</summary>
    protected override void Verify()
    {
        double[] Head(ArrayView<BFloat16> view, int tokenSize) =>
            ReadDoubles(view.SubView((Batch - 1L) * Rows * tokenSize, (long)Rows * tokenSize));
        double[] x = Head(qkv, shape.TokenSize), dy = Head(dOutput, shape.OutputSize);
        Compare(Head(output, shape.OutputSize), AttentionReference.Forward(x, 1, Rows, 1, 1, Columns, exactLogits: true).Output, "output");
        Compare(Head(dQkv, shape.TokenSize), AttentionReference.Backward(dy, x, 1, Rows, 1, 1, Columns, exactLogits: true), "dQkv");
    }

    /// <summary>Weights and their gradients are rounded to bf16, and so are the results.</summary>
    static void Compare(double[] actual, Oracle expected, string what)
    {
        for (int i = 0; i < actual.Length; i++)
        {
            double limit = 1.01 * BFloat16.UnitRoundoff * (expected.Magnitude[i] + Math.Abs(expected.Value[i]));
            Require(actual[i], expected.Value[i], limit, $"{what}[{i}]");
        }
    }

    [Benchmark, Kernel("Attention.ForwardBf16Head64")]
    public void Forward()
    {
        attention.Forward(qkv, shape, output, logSumExp);
        Device.Synchronize();
    }

    [Benchmark, Kernel("Attention.PrepareBackwardBf16Head64", "Attention.QueryGradientBf16Head64", "Attention.KeyValueGradientBf16Head64")]
    public void Backward()
    {
        attention.Backward(dOutput, qkv, output, logSumExp, shape, dQkv);
        Device.Synchronize();
    }
}
