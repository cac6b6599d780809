using System.Runtime.Intrinsics;
using GpuLm.Kernels.MatMul;
using GpuLm.Kernels.MatMul.Cpu;
using GpuLm.Kernels.Primitives.Cpu;
using GpuLm.Reference;
using GpuLm.TestKit;
using ILGPU;
using Xunit;

namespace GpuLm.Kernels.Tests;

public class MatMulTests
{
    static readonly (int M, int N, int K)[] Ugly =
    [
        (1, 1, 1), (1, 33, 7), (33, 1, 5), (12, 32, 16), (13, 33, 17), (11, 31, 256), (64, 64, 257), (65, 63, 15), (5, 200, 3),
        (200, 5, 301), (193, 97, 64), (24, 800, 40), (3, 2070, 270),
    ];

    public static TheoryData<string, int, int, int, bool, bool> Products()
    {
        var data = new TheoryData<string, int, int, int, bool, bool>();
        foreach (string device in TestDevices.Names.Select(row => row.Data))
        {
            foreach (var (m, n, k) in Ugly)
            {
                for (int t = 0; t < 4; t++) data.Add(device, m, n, k, (t & 1) != 0, (t & 2) != 0);
            }
        }
        return data;
    }

    [Theory, MemberData(nameof(Products))]
    public void The_product_is_right(string name, int m, int n, int k, bool transposeA, bool transposeB)
    {
        var device = TestDevices.Get(name);
        var random = new TestRandom();
        float[] a = random.WithOutliers(m * k), b = random.Normal(k * n);
        using var viewA = Fenced.Input(device, a);
        using var viewB = Fenced.Input(device, b);
        using var c = Fenced.Output(device, m * n);
        var shape = new MatMulShape(m, n, k, transposeA, transposeB);
        var matmul = new MatMul.MatMul(device);

        matmul.Multiply(viewA, viewB, shape, c);
        float[] first = c.Read();
        Budget.Check(first, MatMulReference.Multiply(a, b, m, n, k, transposeA, transposeB), k);

        matmul.Multiply(viewA, viewB, shape, c, beta: 1);
        Budget.Check(c.Read(), MatMulReference.Multiply(a, b, m, n, k, transposeA, transposeB, first, 1), k + 1);

        matmul.Multiply(viewA, viewB, shape, c);
        Budget.CheckSameBits(first, c.Read());
    }

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void Epilogues_are_right(string name)
    {
        var device = TestDevices.Get(name);
        var random = new TestRandom();
        const int m = 37, n = 70, k = 300;
        float[] a = random.Normal(m * k, 0.1), b = random.Normal(k * n), bias = random.Normal(n), extra = random.Normal(m * n, 3);
        using var viewA = Fenced.Input(device, a);
        using var viewB = Fenced.Input(device, b);
        using var viewBias = Fenced.Input(device, bias);
        using var viewExtra = Fenced.Input(device, extra);
        var shape = new MatMulShape(m, n, k);
        var matmul = new MatMul.MatMul(device);
        Oracle Product() => MatMulReference.Multiply(a, b, m, n, k, false, false);

        using var c = Fenced.Output(device, m * n);
        matmul.MultiplyBias(viewA, viewB, viewBias, shape, c);
        Budget.Check(c.Read(), MatMulReference.AddBias(Product(), bias), k + 1, what: "bias");

        using var residual = Fenced.Output(device, m * n);
        matmul.MultiplyBiasResidual(viewA, viewB, viewBias, viewExtra, shape, residual);
        Budget.Check(residual.Read(), MatMulReference.AddBias(Product(), bias, extra), k + 2, what: "residual");

        using var inPlace = Fenced.Input(device, extra);
        matmul.MultiplyBias(viewA, viewB, viewBias, shape, inPlace, beta: 1);
        Budget.Check(inPlace.Read(), MatMulReference.AddBias(Product(), bias, extra), k + 2, what: "residual in place");

        using var activated = Fenced.Output(device, m * n);
        using var kept = Fenced.Output(device, m * n);
        matmul.MultiplyBiasGelu(viewA, viewB, viewBias, shape, kept, activated);
        Budget.Check(kept.Read(), MatMulReference.AddBias(Product(), bias), k + 1, what: "pre-activation");
        Budget.Check(activated.Read(), MatMulReference.Gelu(MatMulReference.AddBias(Product(), bias)), k + 1, ulps: 16, what: "gelu");

        using var gradient = Fenced.Output(device, m * n);
        matmul.MultiplyGeluGradient(viewA, viewB, viewExtra, shape, gradient);
        Budget.Check(gradient.Read(), MatMulReference.TimesGeluGradient(Product(), extra), k + 1, ulps: 32, what: "gelu gradient");
    }

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void Batches_and_strides_are_right(string name)
    {
        var device = TestDevices.Get(name);
        var random = new TestRandom();
        const int m = 13, n = 9, k = 21, batch = 5, lda = 30, ldb = 11, ldc = 17;
        float[] a = random.Normal(batch * m * lda), b = random.Normal(batch * k * ldb);
        using var viewA = Fenced.Input(device, a);
        using var viewB = Fenced.Input(device, b);
        using var c = Fenced.Output(device, batch * m * ldc);
        var shape = new MatMulShape(m, n, k)
        {
            Batch = batch, LeadingA = lda, LeadingB = ldb, LeadingC = ldc, StrideA = m * lda, StrideB = k * ldb, StrideC = m * ldc,
        };
        new MatMul.MatMul(device).Multiply(viewA, viewB, shape, c);
        float[] result = c.Read();
        for (int i = 0; i < batch; i++)
        {
            var denseA = Dense(a, i * m * lda, m, k, lda);
            var denseB = Dense(b, i * k * ldb, k, n, ldb);
            Budget.Check(Dense(result, i * m * ldc, m, n, ldc), MatMulReference.Multiply(denseA, denseB, m, n, k, false, false), k);
            for (int row = 0; row < m; row++)
            {
                Assert.All(
                    result[(i * m * ldc + row * ldc + n)..(i * m * ldc + (row + 1) * ldc)],
                    gap => Assert.True(float.IsNaN(gap), "a gap between rows was written"));
            }
        }
    }

    [Fact]
    public unsafe void Every_vector_width_is_right()
    {
        var random = new TestRandom();
        // The last three: several blocks of rows with A packed once, with A packed anew for all columns, and a C too large to add to in
        // place.
        (int M, int N, int K)[] shapes = [(1, 1, 1), (13, 50, 257), (25, 33, 40), (401, 340, 300), (400, 33, 2700), (64, 2100, 300)];
        foreach (var (m, n, k) in shapes)
        {
            float[] a = random.Normal(m * k), b = random.Normal(k * n);
            var expected = MatMulReference.Multiply(a, b, m, n, k, false, true);
            var plan = new MatMulPlan(new MatMulShape(m, n, k, TransposeB: true).Resolve(), MatMulEpilogue.None, 0, m, n);
            fixed (float* pa = a, pb = b)
            {
                float[] c128 = new float[m * n], c256 = new float[m * n], c512 = new float[m * n];
                fixed (float* pc = c128)
                {
                    CpuMatMul.Multiply<MicroKernel4x3<Simd128, Vector128<float>>, Simd128, Vector128<float>>(
                        pa, pb, pa, pa, plan, 0, m, 0, n, pc);
                }
                fixed (float* pc = c256)
                {
                    CpuMatMul.Multiply<MicroKernel4x3<Simd256, Vector256<float>>, Simd256, Vector256<float>>(
                        pa, pb, pa, pa, plan, 0, m, 0, n, pc);
                }
                fixed (float* pc = c512)
                {
                    CpuMatMul.Multiply<MicroKernel12x2, Simd512, Vector512<float>>(pa, pb, pa, pa, plan, 0, m, 0, n, pc);
                }
                Budget.Check(c128, expected, k);
                Budget.Check(c256, expected, k);
                Budget.Check(c512, expected, k);
            }
        }
    }

    /// <summary>What a model promises that decodes one token, or those of several texts, at a time.</summary>
    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void A_row_has_the_same_bits_however_many_rows_there_are(string name)
    {
        var device = TestDevices.Get(name);
        var random = new TestRandom();
        const int rows = 26;
        var matmul = new MatMul.MatMul(device);
        // The interpreter is slow.
        (int N, int K)[] sizes = name == TestDevices.Interpreted ? [(70, 40)] : [(16, 300), (70, 40), (131, 521), (2100, 33)];
        foreach (var (n, k) in sizes)
        {
            float[] a = random.Normal(rows * k), b = random.Normal(k * n), bias = random.Normal(n), residual = random.Normal(rows * n);
            using var viewA = Fenced.Input(device, a);
            using var viewB = Fenced.Input(device, b);
            using var viewBias = Fenced.Input(device, bias);
            using var viewResidual = Fenced.Input(device, residual);
            foreach (bool transposeB in (bool[])[false, true])
            {
                float[] Product(int m, bool epilogue)
                {
                    using var c = Fenced.Output(device, m * n);
                    var shape = new MatMulShape(m, n, k, TransposeB: transposeB);
                    if (epilogue) matmul.MultiplyBiasResidual(viewA, viewB, viewBias, viewResidual, shape, c);
                    else matmul.Multiply(viewA, viewB, shape, c);
                    return c.Read();
                }
                foreach (bool epilogue in (bool[])[false, true])
                {
                    float[] all = Product(rows, epilogue);
                    foreach (int m in (int[])[1, 2, 3, 8, 9, 13])
                    {
                        Budget.CheckSameBits(all.AsSpan(0, m * n), Product(m, epilogue), $"{m} x {n} x {k}, transposed {transposeB}");
                    }
                }
            }
        }
    }

    [Fact]
    public void A_product_that_misses_a_term_is_caught()
    {
        var random = new TestRandom();
        const int m = 5, n = 4, k = 500;
        float[] a = random.Normal(m * k), b = random.Normal(k * n);
        var faulty = MatMulReference.Multiply(a, b, m, n, k, false, false).Value.Select(value => (float)value).ToArray();
        faulty[7] -= a[(7 / n) * k + 250] * b[250 * n + 7 % n];
        Assert.Throws<Xunit.Sdk.FailException>(() => Budget.Check(faulty, MatMulReference.Multiply(a, b, m, n, k, false, false), k));
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        var device = TestDevices.Get("cpu");
        using var small = Fenced.Output(device, 5);
        using var right = Fenced.Output(device, 6);
        var matmul = new MatMul.MatMul(device);
        var tooShort = Assert.Throws<ArgumentException>(() => matmul.Multiply(small, right, new MatMulShape(2, 2, 3), right));
        Assert.Contains("holds 5 elements", tooShort.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => matmul.Multiply(right, right, new MatMulShape(0, 2, 3), right));
        Assert.Throws<ArgumentException>(() => matmul.Multiply(right, right, new MatMulShape(2, 3, 3) { LeadingB = 2 }, right));
    }

    static float[] Dense(float[] values, int start, int rows, int columns, int leading) =>
        [.. Enumerable.Range(0, rows * columns).Select(i => values[start + i / columns * leading + i % columns])];
}
