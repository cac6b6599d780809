using BenchmarkDotNet.Attributes;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.MatMul;
using GpuLm.Reference;
using ILGPU;

namespace GpuLm.Benchmarks;

/// <summary>The matrix product at squares and at GPT-2's shapes (256 tokens), in each transpose that training uses.</summary>
public class MatMulBenchmarks : OpBenchmark
{
    ArrayView<float> a, b, c;
    MatMul matmul = null!;
    MatMulShape shape;

    /// <summary>M x N x K.</summary>
    [Params("512x512x512", "1024x1024x1024", "2048x2048x2048", "256x2304x768", "256x3072x768", "256x768x3072")]
    public string Shape { get; set; } = "";

    /// <summary>NN: forward, NT: the input's gradient, TN: the weight's gradient.</summary>
    [Params("NN", "NT", "TN")]
    public string Transposes { get; set; } = "";

    public override KernelSizes? Sizes => Shape.Split('x').Select(int.Parse).ToArray() is [var m, var n, var k] ? new KernelSizes(m, n, k) : null;

    protected override void Prepare()
    {
        int[] sizes = [.. Shape.Split('x').Select(int.Parse)];
        shape = new MatMulShape(sizes[0], sizes[1], sizes[2], Transposes[0] == 'T', Transposes[1] == 'T');
        (a, b, c) = (Input(shape.M * shape.K), Input(shape.K * shape.N), Output(shape.M * shape.N));
        matmul = new MatMul(Device);
        matmul.Multiply(a, b, shape, c);
    }

    protected override void Verify()
    {
        float[] hostA = Read(a), hostB = Read(b), hostC = Read(c);
        var random = new Random(1);
        for (int sample = 0; sample < 100; sample++)
        {
            int i = random.Next(shape.M), j = random.Next(shape.N);
            var row = Enumerable.Range(0, shape.K).Select(k => hostA[shape.TransposeA ? k * shape.M + i : i * shape.K + k]).ToArray();
            var column = Enumerable.Range(0, shape.K).Select(k => hostB[shape.TransposeB ? j * shape.K + k : k * shape.N + j]).ToArray();
            var expected = MatMulReference.Multiply(row, column, 1, 1, shape.K, false, false);
            Require(hostC[i * shape.N + j], expected.Value[0], 4 * Math.Sqrt(shape.K) * expected.Magnitude[0] / (1 << 24), $"C[{i}, {j}]");
        }
    }

    [Benchmark, Kernel("MatMul.Tile")]
    public void Multiply()
    {
        matmul.Multiply(a, b, shape, c);
        Device.Synchronize();
    }
}
