using GpuLm.Kernels.Common;
using GpuLm.Kernels.MatMul;
using GpuLm.Kernels.MatMul.Cuda;
using GpuLm.Reference;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Kernels.Tests.Cuda;

/// <summary>The matrix product on tensor cores: every tile, layout and format, tails everywhere.</summary>
public class TensorCoreMatMulTests
{
    static readonly (int M, int N, int K)[] Ugly =
        [(1, 1, 1), (7, 9, 5), (63, 65, 63), (64, 64, 64), (129, 127, 65), (65, 257, 129), (5, 300, 23), (300, 8, 321)];

    public static TheoryData<string, string, bool, bool> Tiles()
    {
        var data = new TheoryData<string, string, bool, bool>();
        foreach (string device in TestDevices.CudaNames.Select(row => row.Data))
        {
            foreach (var config in TensorCoreConfigs.All.Where(config => config.IsProved))
            {
                data.Add(device, config.Name, false, false);
                data.Add(device, config.Name, false, true);
                data.Add(device, config.Name, true, false);
            }
            data.Add(device, "64x64", true, true);
        }
        return data;
    }

    [Theory, MemberData(nameof(Tiles))]
    public void The_product_of_bf16_numbers_is_right(string name, string tile, bool transposeA, bool transposeB)
    {
        var device = TestDevices.Get(name);
        var matmul = new MatMul.MatMul(device, configuration: tile);
        foreach (var (m, n, k) in Ugly)
        {
            using var product = new TensorCoreCase(device, m, n, k, transposeA, transposeB, NumberFormat.Bf16, paddedC: k % 2 == 0);
            using var wide = Fenced.Output(device, product.LengthC);
            float[] first = product.Check(matmul, wide);
            using var narrow = Fenced.OutputBf16(device, product.LengthC);
            matmul.Multiply(product.A, product.B, product.Shape, narrow.View);
            Budget.CheckSameBits(first.ToBf16(), product.Dense(narrow.ReadFloats()));
            if (m > n) continue;
            matmul.Multiply(product.A, product.B, product.Shape, wide.View, beta: 1);
            Budget.Check(product.Dense(wide.Read()), product.Expected(first, 1), product.Terms, what: $"beta {product.Shape}");
            matmul.Multiply(product.A, product.B, product.Shape, wide.View);
            Budget.CheckSameBits(first, product.Dense(wide.Read()));
        }
    }

    [Theory, MemberData(nameof(Tiles))]
    public void The_product_of_tf32_numbers_is_right(string name, string tile, bool transposeA, bool transposeB)
    {
        if (tile is not ("64x64" or "128x128")) return;
        var device = TestDevices.Get(name);
        var matmul = new MatMul.MatMul(device, MatMulPrecision.Tf32, tile);
        foreach (var (m, n, k) in Ugly)
        {
            using var product = new TensorCoreCase(device, m, n, k, transposeA, transposeB, NumberFormat.Fp32, paddedC: k % 2 == 0);
            using var c = Fenced.Output(device, product.LengthC);
            matmul.Multiply(product.A, product.B, product.Shape, c.View);
            Budget.Check(product.Dense(c.Read()), product.Expected(), product.Terms, what: $"{product.Shape}");
        }
    }

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void Operands_are_rounded_to_tf32(string name)
    {
        var device = TestDevices.Get(name);
        using var a = Fenced.Input(device, [1 + 1f / 1024 + 1f / 2048, 0, 0, 0]);
        using var b = Fenced.Input(device, [1f, 0, 0, 0]);
        using var c = Fenced.Output(device, 1);
        new MatMul.MatMul(device, MatMulPrecision.Tf32).Multiply(a, b, new MatMulShape(1, 1, 4, TransposeB: true), c);
        Assert.Equal(1 + 2f / 1024, c.Read()[0]);
    }

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void Epilogues_are_right(string name)
    {
        var device = TestDevices.Get(name);
        foreach (string cut in (string[])["64x64", "64x64 split 3"])
        {
            CheckEpilogues(device, cut, 70, 88, NumberFormat.Bf16, NumberFormat.Bf16);
            CheckEpilogues(device, cut, 37, 71, NumberFormat.Bf16, NumberFormat.Fp32);
            CheckEpilogues(device, cut, 33, 72, NumberFormat.Fp32, NumberFormat.Fp32);
        }
    }

    static void CheckEpilogues(ComputeDevice device, string cut, int m, int n, NumberFormat operands, NumberFormat format)
    {
        const int k = 136;
        using var product = new TensorCoreCase(device, m, n, k, false, false, operands);
        var random = new TestRandom();
        float[] bias = random.Normal(n), extra = random.Normal(m * n, 3);
        if (format == NumberFormat.Bf16) extra = extra.ToBf16();
        using var viewBias = Fenced.Input(device, bias);
        using var viewExtra = new TensorCoreResult(product, format, extra);
        var matmul = new MatMul.MatMul(device, MatMulPrecision.Tf32, cut);
        var (a, b, shape) = (product.A, product.B, product.Shape);

        using var c = new TensorCoreResult(product, format);
        matmul.MultiplyBias(a, b, viewBias, shape, c.Tensor);
        c.Check(MatMulReference.AddBias(product.Expected(), bias), "bias");

        using var residual = new TensorCoreResult(product, format);
        matmul.MultiplyBiasResidual(a, b, viewBias, viewExtra.Tensor, shape, residual.Tensor);
        residual.Check(MatMulReference.AddBias(product.Expected(), bias, extra), "residual");

        using var inPlace = new TensorCoreResult(product, format, extra);
        matmul.MultiplyBias(a, b, viewBias, shape, inPlace.Tensor, beta: 1);
        inPlace.Check(MatMulReference.AddBias(product.Expected(), bias, extra), "residual in place");

        using var activated = new TensorCoreResult(product, format);
        using var kept = new TensorCoreResult(product, format);
        matmul.MultiplyBiasGelu(a, b, viewBias, shape, kept.Tensor, activated.Tensor);
        kept.Check(MatMulReference.AddBias(product.Expected(), bias), "pre-activation");
        activated.Check(GeluReference.Forward(kept.Read().ToDoubles()), "gelu");

        using var gradient = new TensorCoreResult(product, format);
        matmul.MultiplyGeluGradient(a, b, viewExtra.Tensor, shape, gradient.Tensor);
        gradient.Check(MatMulReference.TimesGeluGradient(product.Expected(), extra), "gelu gradient");
    }

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void Splits_of_K_are_right(string name)
    {
        var device = TestDevices.Get(name);
        (int M, int N, int K, int Splits)[] cases = [(65, 63, 129, 3), (64, 64, 640, 5), (3, 200, 300, 2), (130, 7, 512, 8)];
        foreach (var (m, n, k, splits) in cases)
        {
            using var product = new TensorCoreCase(device, m, n, k, true, false, NumberFormat.Bf16);
            var matmul = new MatMul.MatMul(device, configuration: $"64x64 split {splits}");
            using var c = new TensorCoreResult(product, NumberFormat.Fp32);
            matmul.Multiply(product.A, product.B, product.Shape, c.Tensor);
            c.Check(product.Expected(), $"{product.Shape}");
            float[] first = c.Read();
            matmul.Multiply(product.A, product.B, product.Shape, c.Tensor, beta: 1);
            c.Check(product.Expected(first, 1), "added");
            matmul.Multiply(product.A, product.B, product.Shape, c.Tensor);
            Budget.CheckSameBits(first, c.Read());
        }
    }

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void Batches_are_right(string name)
    {
        var device = TestDevices.Get(name);
        const int m = 13, n = 9, k = 21, batch = 5, lda = 32, ldb = 16, ldc = 17;
        var random = new TestRandom();
        float[] a = random.Normal(batch * m * lda).ToBf16(), b = random.Normal(k * ldb).ToBf16();
        using var viewA = Fenced.InputBf16(device, a);
        using var viewB = Fenced.InputBf16(device, b);
        using var c = Fenced.Output(device, batch * m * ldc);
        var shape = new MatMulShape(m, n, k)
        {
            Batch = batch, LeadingA = lda, LeadingB = ldb, LeadingC = ldc, StrideA = m * lda, StrideC = m * ldc,
        };
        new MatMul.MatMul(device).Multiply(viewA.View, viewB.View, shape, c.View);
        float[] result = c.Read(), denseB = Dense(b, 0, k, n, ldb);
        for (int i = 0; i < batch; i++)
        {
            var expected = MatMulReference.Multiply(Dense(a, i * m * lda, m, k, lda), denseB, m, n, k, false, false);
            Budget.Check(Dense(result, i * m * ldc, m, n, ldc), expected, 4 * k);
        }
    }

    static float[] Dense(float[] values, int start, int rows, int columns, int leading) =>
        [.. Enumerable.Range(0, rows * columns).Select(i => values[start + i / columns * leading + i % columns])];
}
