using BenchmarkDotNet.Attributes;
using GpuLm.Kernels.Attention;
using GpuLm.Reference;
using ILGPU;

namespace GpuLm.Benchmarks;

/// <summary>Causal attention, forward and backward. Only the pairs that the mask keeps are counted as work.</summary>
public class AttentionBenchmarks : OpBenchmark
{
    const int Heads = 6;
    ArrayView<float> qkv, output, logSumExp, dOutput, dQkv;
    Attention attention = null!;
    AttentionShape shape;

    /// <summary>T, tokens in a sequence.</summary>
    [Params(64, 256, 1024)]
    public int Rows { get; set; }

    /// <summary>D, channels of a head.</summary>
    [Params(32, 64)]
    public int Columns { get; set; }

    /// <summary>Heads of all sequences.</summary>
    [Params(48)]
    public int Batch { get; set; }

    protected override void Prepare()
    {
        shape = new AttentionShape(Batch / Heads, Rows, Heads, Heads, Columns);
        (qkv, dOutput) = (Input((int)shape.QkvLength), Input((int)shape.OutputLength));
        (output, logSumExp, dQkv) = (Output((int)shape.OutputLength), Output(shape.Queries), Output((int)shape.QkvLength));
        attention = new Attention(Device);
        attention.Forward(qkv, shape, output, logSumExp);
        attention.Backward(dOutput, qkv, output, logSumExp, shape, dQkv);
    }

    /// <summary>Checks one head of one sequence: heads do not touch each other.</summary>
    protected override void Verify()
    {
        int head = shape.Queries / shape.Length - 1, h = head % Heads, first = head / Heads * Rows;
        double[] Head(ArrayView<float> view, int tokenSize, params int[] parts) =>
            Gather(Read(view), tokenSize, first, [.. parts.Select(part => (part * Heads + h) * Columns)]);
        double[] x = Head(qkv, shape.TokenSize, 0, 1, 2), dy = Head(dOutput, shape.OutputSize, 0);
        Compare(Head(output, shape.OutputSize, 0), AttentionReference.Forward(x, 1, Rows, 1, 1, Columns).Output, "output");
        Compare(Head(dQkv, shape.TokenSize, 0, 1, 2), AttentionReference.Backward(dy, x, 1, Rows, 1, 1, Columns), "dQkv");
    }

    double[] Gather(float[] values, int tokenSize, int first, int[] offsets) =>
    [
        .. from token in Enumerable.Range(first, Rows)
           from offset in offsets
           from d in Enumerable.Range(0, Columns)
           select (double)values[token * tokenSize + offset + d],
    ];

    void Compare(double[] actual, Oracle expected, string what)
    {
        for (int i = 0; i < actual.Length; i++)
        {
            double limit = 4 * Math.Sqrt(Columns) * expected.Magnitude[i] / (1 << 24) + Math.Abs(expected.Value[i]) / (1 << 21);
            Require(actual[i], expected.Value[i], limit, $"{what}[{i}]");
        }
    }

    [Benchmark, Kernel("Attention.Forward")]
    public void Forward()
    {
        attention.Forward(qkv, shape, output, logSumExp);
        Device.Synchronize();
    }

    [Benchmark, Kernel("Attention.Backward")]
    public void Backward()
    {
        attention.Backward(dOutput, qkv, output, logSumExp, shape, dQkv);
        Device.Synchronize();
    }
}
