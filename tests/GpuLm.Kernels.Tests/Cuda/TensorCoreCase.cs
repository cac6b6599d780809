using GpuLm.Kernels.Common;
using GpuLm.Kernels.MatMul;
using GpuLm.Reference;
using GpuLm.TestKit;

namespace GpuLm.Kernels.Tests.Cuda;

/// <summary>
/// A product with its operands on a device: rows are padded to what asynchronous copies need, the gaps hold NaN, and the last row ends
/// where the numbers end, so that whatever a kernel reads too much of shows.
/// </summary>
sealed class TensorCoreCase : IDisposable
{
    readonly List<IDisposable> buffers = [];
    readonly float[] hostA, hostB;

    public TensorCoreCase(
        ComputeDevice device, int m, int n, int k, bool transposeA, bool transposeB, NumberFormat format, bool paddedC = false)
    {
        var random = new TestRandom();
        Shape = new MatMulShape(m, n, k, transposeA, transposeB)
        {
            LeadingA = Padded(transposeA ? m : k), LeadingB = Padded(transposeB ? k : n), LeadingC = paddedC ? Padded(n) : n,
        };
        (Device, Format) = (device, format);
        hostA = Round(random.WithOutliers(m * k));
        hostB = Round(random.Normal(n * k));
        A = Upload(Spread(hostA, transposeA ? m : k, Shape.LeadingA));
        B = Upload(Spread(hostB, transposeB ? k : n, Shape.LeadingB));
    }

    public ComputeDevice Device { get; }

    public MatMulShape Shape { get; }

    public NumberFormat Format { get; }

    public Tensor A { get; }

    public Tensor B { get; }

    /// <summary>
    /// What a budget takes for the terms of a sum. Products are exact, but tensor cores need not round sums to the nearest number (Fasi,
    /// Higham, Mikaitis and Pranesh, "Numerical behavior of NVIDIA tensor cores", 2021, found truncation): four times the terms doubles the
    /// limit.
    /// </summary>
    public double Terms => 4.0 * (Shape.K + 2);

    /// <summary>op(A) op(B), and beta times what C held.</summary>
    public Oracle Expected(float[]? c = null, double beta = 0) =>
        MatMulReference.Multiply(hostA, hostB, Shape.M, Shape.N, Shape.K, Shape.TransposeA, Shape.TransposeB, c, beta);

    /// <summary>Multiplies into an fp32 C full of NaN, holds it to the oracle and returns it without its gaps.</summary>
    public float[] Check(MatMul.MatMul matmul, Fenced<float> c)
    {
        matmul.Multiply(A, B, Shape, c.View);
        float[] product = Dense(c.Read());
        Budget.Check(product, Expected(), Terms, what: $"fp32 {Shape}");
        return product;
    }

    /// <summary>Numbers of C without the gaps between rows, which must be as they were.</summary>
    public float[] Dense(float[] c)
    {
        var gaps = Enumerable.Range(0, c.Length).Where(i => i % Shape.LeadingC >= Shape.N);
        Xunit.Assert.All(gaps, i => Xunit.Assert.True(float.IsNaN(c[i]), $"the gap at {i} between rows was written"));
        return [.. Enumerable.Range(0, Shape.M * Shape.N).Select(i => c[i / Shape.N * Shape.LeadingC + i % Shape.N])];
    }

    /// <summary>A matrix of C's shape as it lies in memory.</summary>
    public float[] LikeC(float[] values) => Spread(values, Shape.N, Shape.LeadingC);

    public int LengthC => (Shape.M - 1) * Shape.LeadingC + Shape.N;

    public void Dispose() => buffers.ForEach(buffer => buffer.Dispose());

    static int Padded(int width) => (width + 7) / 8 * 8;

    static float[] Spread(float[] values, int width, int leading)
    {
        var spread = new float[(values.Length / width - 1) * leading + width];
        Array.Fill(spread, float.NaN);
        for (int i = 0; i < values.Length; i++) spread[i / width * leading + i % width] = values[i];
        return spread;
    }

    Tensor Upload(float[] values)
    {
        if (Format == NumberFormat.Fp32)
        {
            var words = Fenced.Input(Device, values);
            buffers.Add(words);
            return words.View;
        }
        var halves = Fenced.InputBf16(Device, values);
        buffers.Add(halves);
        return halves.View;
    }

    float[] Round(float[] values) => Format == NumberFormat.Bf16 ? values.ToBf16() : Array.ConvertAll(values, ToTf32);

    /// <summary>
    /// The nearest number with 10 bits of fraction, ties away from zero: what <c>cvt.rna.tf32</c> makes, so that the oracle sees it too.
    /// </summary>
    static float ToTf32(float value) => BitConverter.UInt32BitsToSingle((BitConverter.SingleToUInt32Bits(value) + 0x1000) & ~0x1FFFu);
}
