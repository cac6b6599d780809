using GpuLm.Kernels.Common;
using GpuLm.Kernels.MatMul;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Tuning;

/// <summary>
/// The matrices of one product that is being measured: seeded numbers that are not zero, and a result that starts as NaN.
/// </summary>
sealed class TuningOperands : IDisposable
{
    // bf16 rows start at multiples of 16 bytes; the model pads logits to more than that.
    const int RowAlignment = 64;

    // The numbers repeat after a prime, so that no two rows or tiles are alike.
    const int Period = 1_000_003, SampleLength = 1 << 18;

    readonly ComputeDevice device;
    readonly MemoryBuffer1D<BFloat16, Stride1D.Dense> a, b;
    readonly MemoryBuffer1D<byte, Stride1D.Dense> c;
    readonly bool wide;

    public TuningOperands(ComputeDevice device, TunedProduct product)
    {
        (this.device, wide) = (device, product.WideResult);
        var shape = product.Shape;
        Shape = shape with
        {
            LeadingA = Pad(shape.TransposeA ? shape.M : shape.K), LeadingB = Pad(shape.TransposeB ? shape.K : shape.N),
            LeadingC = Pad(shape.N),
        };
        try
        {
            a = Numbers((long)(shape.TransposeA ? shape.K : shape.M) * Shape.LeadingA, seed: 1);
            b = Numbers((long)(shape.TransposeB ? shape.N : shape.K) * Shape.LeadingB, seed: 2);
            c = device.Accelerator.Allocate1D<byte>((long)shape.M * Shape.LeadingC * ElementBytes);
        }
        catch (Exception exception) when (exception is AcceleratorException or OutOfMemoryException)
        {
            Dispose();
            throw new GpuLmException($"{device} has no memory for the product {product.Sizes}. Tune for a smaller batch.", exception);
        }
    }

    /// <summary>The product's shape with padded rows, as the model has them.</summary>
    public MatMulShape Shape { get; }

    int ElementBytes => wide ? sizeof(float) : sizeof(ushort);

    Tensor Result => wide ? new(c.View.AsContiguous().Cast<float>()) : new Tensor(c.View.AsContiguous().Cast<BFloat16>());

    public void Multiply(MatMul matmul) => matmul.Multiply(a.View.AsContiguous(), b.View.AsContiguous(), Shape, Result);

    /// <summary>Fills the result with NaN, whose bytes are all 255 in both formats.</summary>
    public void PoisonResult() => c.MemSet(device.Stream, byte.MaxValue);

    /// <summary>Samples of the result: its beginning, middle and end.</summary>
    public float[] ReadResult()
    {
        int length = (int)Math.Min(SampleLength, Result.Length);
        long[] starts = [0, (Result.Length - length) / 2, Result.Length - length];
        return [.. starts.SelectMany(start => Read(Result.SubView(start, length)))];
    }

    /// <summary>Whether two results differ by rounding only. What lies between rows is NaN in both.</summary>
    public bool Agree(float[] expected, float[] actual)
    {
        // Operands lie in [-1, 1), so a sum's terms have the magnitude K / 4 on average.
        double fromSum = 8.0 / (1 << 24) * Math.Sqrt(Shape.K) * Shape.K / 4, fromStorage = wide ? 0 : 2 * BFloat16.UnitRoundoff;
        for (int i = 0; i < expected.Length; i++)
        {
            bool padding = float.IsNaN(expected[i]) && float.IsNaN(actual[i]);
            if (!padding && !(Math.Abs((double)actual[i] - expected[i]) <= fromSum + fromStorage * Math.Abs(expected[i]))) return false;
        }
        return true;
    }

    public void Dispose()
    {
        a?.Dispose();
        b?.Dispose();
        c?.Dispose();
    }

    MemoryBuffer1D<BFloat16, Stride1D.Dense> Numbers(long length, int seed)
    {
        var random = new Random(seed);
        var period = new BFloat16[(int)Math.Min(Period, length)];
        for (int i = 0; i < period.Length; i++) period[i] = BFloat16.FromSingle(2 * random.NextSingle() - 1);
        var buffer = device.Accelerator.Allocate1D<BFloat16>(length);
        for (long start = 0; start < length; start += period.Length)
        {
            int count = (int)Math.Min(period.Length, length - start);
            device.Upload<BFloat16>(period.AsSpan(0, count), buffer.View.AsContiguous().SubView(start, count));
        }
        return buffer;
    }

    float[] Read(Tensor part)
    {
        if (wide)
        {
            var words = new float[part.Length];
            device.Download(part.AsFp32(), words.AsSpan());
            return words;
        }
        var halves = new BFloat16[part.Length];
        device.Download(part.AsBf16(), halves.AsSpan());
        return Array.ConvertAll(halves, half => half.ToSingle());
    }

    static int Pad(int row) => (row + RowAlignment - 1) / RowAlignment * RowAlignment;
}
