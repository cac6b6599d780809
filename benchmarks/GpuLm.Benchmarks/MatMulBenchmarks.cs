using BenchmarkDotNet.Attributes;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.MatMul;
using GpuLm.Reference;
using ILGPU;

namespace GpuLm.Benchmarks;

/// <summary>
/// The matrix product at squares and at GPT-2's shapes (256 tokens), in each transpose that training uses; on CUDA devices with
/// tensor cores also in bf16 and tf32.
/// </summary>
public class MatMulBenchmarks : OpBenchmark
{
    ArrayView<float> a, b, c;
    ArrayView<BFloat16> a16, b16, c16;
    MatMul matmul = null!, tf32 = null!;
    MatMulShape shape;

    /// <summary>M x N x K.</summary>
    [Params("512x512x512", "1024x1024x1024", "2048x2048x2048", "256x2304x768", "256x3072x768", "256x768x3072")]
    public string Shape { get; set; } = "";

    /// <summary>NN: forward, NT: the input's gradient, TN: the weight's gradient.</summary>
    [Params("NN", "NT", "TN")]
    public string Transposes { get; set; } = "";

    public override KernelSizes? Sizes =>
        Shape.Split('x').Select(int.Parse).ToArray() is [var m, var n, var k] ? new KernelSizes(m, n, k) : null;

    protected override void Prepare()
    {
        int[] sizes = [.. Shape.Split('x').Select(int.Parse)];
        shape = new MatMulShape(sizes[0], sizes[1], sizes[2], Transposes[0] == 'T', Transposes[1] == 'T');
        (a, b, c) = (Input(shape.M * shape.K), Input(shape.K * shape.N), Output(shape.M * shape.N));
        matmul = new MatMul(Device);
        if (!HasBf16) return;
        tf32 = new MatMul(Device, MatMulPrecision.Tf32);
        (a16, b16, c16) = (InputBf16(shape.M * shape.K), InputBf16(shape.K * shape.N), InputBf16(shape.M * shape.N));
    }

    protected override void Verify()
    {
        Multiply();
        Verify(Read(a), Read(b), Read(c), rounding: 0, operandRounding: 0);
        if (!HasBf16) return;
        MultiplyTf32();
        Verify(Read(a), Read(b), Read(c), rounding: 0, operandRounding: 1.0 / 1024);
        MultiplyBf16();
        Verify(Read(a16), Read(b16), Read(c16), BFloat16.UnitRoundoff, operandRounding: 0);
    }

    void Verify(float[] hostA, float[] hostB, float[] hostC, double rounding, double operandRounding)
    {
        var random = new Random(1);
        for (int sample = 0; sample < 100; sample++)
        {
            int i = random.Next(shape.M), j = random.Next(shape.N);
            var row = Enumerable.Range(0, shape.K).Select(k => hostA[shape.TransposeA ? k * shape.M + i : i * shape.K + k]).ToArray();
            var column = Enumerable.Range(0, shape.K).Select(k => hostB[shape.TransposeB ? j * shape.K + k : k * shape.N + j]).ToArray();
            var expected = MatMulReference.Multiply(row, column, 1, 1, shape.K, false, false);
            double limit = (8 * Math.Sqrt(shape.K) / (1 << 24) + operandRounding) * expected.Magnitude[0]
                + rounding * Math.Abs(expected.Value[0]);
            Require(hostC[i * shape.N + j], expected.Value[0], 1.01 * limit, $"C[{i}, {j}]");
        }
    }

    [Benchmark, Kernel("MatMul.Tile")]
    public void Multiply()
    {
        matmul.Multiply(a, b, shape, c);
        Device.Synchronize();
    }

    [Benchmark, Kernel("MatMul.128x128 NN bf16")]
    public void MultiplyBf16()
    {
        matmul.Multiply(a16, b16, shape, c16);
        Device.Synchronize();
    }

    [Benchmark, Kernel("MatMul.128x128 NN tf32")]
    public void MultiplyTf32()
    {
        tf32.Multiply(a, b, shape, c);
        Device.Synchronize();
    }
}
