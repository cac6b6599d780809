using GpuLm.Kernels.Attention;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.MatMul;
using GpuLm.Reference;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Kernels.Tests.Cuda;

/// <summary>
/// Products and attention at sizes where an offset no longer fits in 32 bits, as <see cref="LargeRowsTests"/> does it: the last tile of C
/// is computed from the far ends of operands that are zeros elsewhere.
/// </summary>
public class LargeProductsTests
{
    const int LastGroups = 8, Long = (1 << 22) + 40, Short = 8, K = 1032, Tail = 3;

    static readonly Lazy<ComputeDevice> Device = new(() => InterpretedCuda.Open(lastGroups: LastGroups));
    static readonly Lazy<ComputeDevice> LastGroup = new(() => InterpretedCuda.Open(lastGroups: 1));

    [Fact]
    public void A_far_row_of_A()
    {
        var device = Device.Value;
        float[] hostA = new TestRandom().Normal(Tail * K).ToBf16(), hostB = new TestRandom().Normal(K * Short).ToBf16();
        using var a = new FarEnd<BFloat16>(device, (long)Long * K).End(Bits(hostA));
        using var b = Fenced.InputBf16(device, hostB);
        using var c = new FarEnd<BFloat16>(device, (long)Long * Short);
        new MatMul.MatMul(device).Multiply(a.View, b.View, new(Long, Short, K), c.View);
        var expected = MatMulReference.Multiply(hostA, hostB, Tail, Short, K, transposeA: false, transposeB: false);
        Budget.CheckBf16(Floats(c.Last(Tail * Short)), expected, K);
    }

    [Theory, InlineData(MatMulPrecision.Tf32), InlineData(MatMulPrecision.Fp32)]
    public void A_far_row_of_A_in_fp32(MatMulPrecision precision)
    {
        var device = Device.Value;
        // Numbers that tf32 has, too.
        float[] hostA = new TestRandom().Normal(Tail * K).ToBf16(), hostB = new TestRandom().Normal(K * Short).ToBf16();
        using var a = new FarEnd<float>(device, (long)Long * K).End(hostA);
        using var b = Fenced.Input(device, hostB);
        using var c = new FarEnd<float>(device, (long)Long * Short);
        new MatMul.MatMul(device, precision).Multiply(a.View, b.View, new(Long, Short, K), c.View);
        var expected = MatMulReference.Multiply(hostA, hostB, Tail, Short, K, transposeA: false, transposeB: false);
        Budget.Check(c.Last(Tail * Short), expected, K);
    }

    [Fact]
    public void Far_columns_of_a_transposed_A()
    {
        var device = Device.Value;
        float[] hostA = new TestRandom().Normal(K * Tail).ToBf16(), hostB = new TestRandom().Normal(K * Short).ToBf16();
        using var a = new FarEnd<BFloat16>(device, (long)K * Long);
        for (int k = 0; k < K; k++) a.Write((k + 1L) * Long - Tail, Bits(hostA[(k * Tail)..((k + 1) * Tail)]));
        using var b = Fenced.InputBf16(device, hostB);
        using var c = new FarEnd<float>(device, (long)Long * Short);
        new MatMul.MatMul(device).Multiply(a.View, b.View, new(Long, Short, K, TransposeA: true), c.View);
        var expected = MatMulReference.Multiply(hostA, hostB, Tail, Short, K, transposeA: true, transposeB: false);
        Budget.Check(c.Last(Tail * Short), expected, K);
    }

    [Fact]
    public void A_far_row_of_a_transposed_B()
    {
        var device = Device.Value;
        float[] hostA = new TestRandom().Normal(K).ToBf16(), hostB = new TestRandom().Normal(Tail * K).ToBf16();
        using var a = Fenced.InputBf16(device, hostA);
        using var b = new FarEnd<BFloat16>(device, (long)Long * K).End(Bits(hostB));
        using var c = new FarEnd<BFloat16>(device, Long);
        new MatMul.MatMul(device).Multiply(a.View, b.View, new(1, Long, K, TransposeB: true), c.View);
        var expected = MatMulReference.Multiply(hostA, hostB, 1, Tail, K, transposeA: false, transposeB: true);
        Budget.CheckBf16(Floats(c.Last(Tail)), expected, K);
    }

    [Fact]
    public void Far_results_and_what_the_epilogue_adds()
    {
        const int m = (1 << 17) + 5, n = 32_776, k = 64;
        var device = Device.Value;
        float[] hostA = new TestRandom().Normal(k).ToBf16(), hostB = new TestRandom().Normal(Tail * k).ToBf16();
        float[] hostBias = new TestRandom().Normal(Tail), hostResidual = new TestRandom().Normal(Tail).ToBf16();
        using var a = new FarEnd<BFloat16>(device, (long)m * k).End(Bits(hostA));
        using var b = new FarEnd<BFloat16>(device, (long)n * k).End(Bits(hostB));
        using var bias = new FarEnd<float>(device, n).End(hostBias);
        using var residual = new FarEnd<BFloat16>(device, (long)m * n).End(Bits(hostResidual));
        using var c = new FarEnd<BFloat16>(device, (long)m * n);
        new MatMul.MatMul(device).MultiplyBiasResidual(
            a.View, b.View, bias.View, residual.View, new(m, n, k, TransposeB: true), c.View);
        var product = MatMulReference.Multiply(hostA, hostB, 1, Tail, k, transposeA: false, transposeB: true);
        Budget.CheckBf16(Floats(c.Last(Tail)), MatMulReference.AddBias(product, hostBias, hostResidual), k);
    }

    /// <summary>As many sequences of three tokens as attention takes: qkv has nearly 2^31 numbers.</summary>
    static readonly AttentionShape Wide = new(int.MaxValue / (3 * 4800), 3, 25, 25, 64);

    [Fact]
    public void Attention_over_many_sequences()
    {
        var device = Device.Value;
        var head = Head.Random(Wide);
        using var qkv = new FarEnd<BFloat16>(device, Wide.QkvLength).End(Bits(head.Qkv));
        using var dOutput = new FarEnd<BFloat16>(device, Wide.OutputLength).End(Bits(head.DOutput));
        using var output = new FarEnd<BFloat16>(device, Wide.OutputLength);
        using var dQkv = new FarEnd<BFloat16>(device, Wide.QkvLength);
        using var logSumExp = new FarEnd<float>(device, Wide.Queries);
        var attention = new Attention.Attention(device);
        attention.Forward(qkv.View, Wide, output.View, logSumExp.View);
        attention.Backward(dOutput.View, qkv.View, output.View, logSumExp.View, Wide, dQkv.View);
        head.Check(
            Floats(output.Last(head.DOutput.Length)), logSumExp.Last(Wide.Length), Floats(dQkv.Last(head.Qkv.Length)), limit: 0.05,
            parts: 3);
    }

    [Fact]
    public void Attention_over_many_sequences_in_fp32()
    {
        var device = LastGroup.Value;
        var head = Head.Random(Wide);
        using var qkv = new FarEnd<float>(device, Wide.QkvLength).End(head.Qkv);
        using var dOutput = new FarEnd<float>(device, Wide.OutputLength).End(head.DOutput);
        using var output = new FarEnd<float>(device, Wide.OutputLength);
        using var dQkv = new FarEnd<float>(device, Wide.QkvLength);
        using var logSumExp = new FarEnd<float>(device, Wide.Queries);
        var attention = new Attention.Attention(device);
        attention.Forward(qkv.View, Wide, output.View, logSumExp.View);
        attention.Backward(dOutput.View, qkv.View, output.View, logSumExp.View, Wide, dQkv.View);
        // The last group of the backward pass has keys and values only.
        head.Check(output.Last(head.DOutput.Length), logSumExp.Last(Wide.Length), dQkv.Last(head.Qkv.Length), limit: 1e-4, parts: 2);
    }

    [Fact]
    public void More_tokens_than_attention_can_count_are_refused()
    {
        var device = Device.Value;
        using var any = Fenced.Output(device, 1);
        var attention = new Attention.Attention(device);
        AttentionShape[] tooLarge = [new(1 << 16, 1 << 16, 1, 1, 64), new(1 << 20, 1 << 10, 25, 25, 64), new(1, 1, 1 << 26, 1 << 26, 64)];
        Assert.All(tooLarge, shape => Assert.Contains(
            "smaller batch", Assert.Throws<ArgumentException>(() => attention.Forward(any.View, shape, any.View, any.View)).Message,
            StringComparison.Ordinal));
    }

    /// <summary>The last sequence's tokens, and what the oracle says of their last head.</summary>
    sealed record Head(AttentionShape Shape, float[] Qkv, float[] DOutput)
    {
        public static Head Random(AttentionShape shape)
        {
            var random = new TestRandom();
            return new(
                shape, random.Normal(shape.Length * shape.TokenSize).ToBf16(), random.Normal(shape.Length * shape.OutputSize).ToBf16());
        }

        /// <param name="output">The last tokens' outputs.</param>
        /// <param name="logSumExp">The last head's.</param>
        /// <param name="dQkv">The last tokens' gradients.</param>
        /// <param name="limit">What may be off; numbers and results are about 1.</param>
        /// <param name="parts">Of queries, keys and values so many, the last ones, are checked.</param>
        public void Check(float[] output, float[] logSumExp, float[] dQkv, double limit, int parts)
        {
            double[] qkv = Last(Qkv, 3).ToDoubles(), dOutput = Last(DOutput, 1).ToDoubles();
            var (expected, sums) = AttentionReference.Forward(qkv, 1, Shape.Length, 1, 1, Shape.HeadSize);
            var gradient = AttentionReference.Backward(dOutput, qkv, 1, Shape.Length, 1, 1, Shape.HeadSize).Value.ToFloats();
            AssertClose(expected.Value, Last(output, 1), limit);
            AssertClose(sums.Value, logSumExp, limit);
            int skip = (3 - parts) * Shape.HeadSize, step = 3 * Shape.HeadSize;
            float[] actual = Last(dQkv, 3);
            for (int token = 0; token < Shape.Length; token++)
            {
                int start = token * step + skip, end = (token + 1) * step;
                AssertClose(gradient[start..end].ToDoubles(), actual[start..end], limit);
            }
        }

        /// <summary>The last head's numbers of each token, which has so many parts.</summary>
        float[] Last(float[] tokens, int parts)
        {
            int size = Shape.HeadSize, part = tokens.Length / Shape.Length / parts;
            return
            [
                .. Enumerable.Range(0, Shape.Length * parts).SelectMany(i => tokens[((i + 1) * part - size)..((i + 1) * part)]),
            ];
        }

        static void AssertClose(double[] expected, float[] actual, double limit)
        {
            Assert.Equal(expected.Length, actual.Length);
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, limit));
        }
    }

    static BFloat16[] Bits(float[] values) => Array.ConvertAll(values, BFloat16.FromSingle);

    static float[] Floats(BFloat16[] values) => Array.ConvertAll(values, value => value.ToSingle());
}
