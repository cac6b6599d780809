using GpuLm.Kernels.Common;
using GpuLm.Reference;
using GpuLm.TestKit;

namespace GpuLm.Kernels.Tests.Cuda;

/// <summary>A matrix of C's shape in either format: what a product wrote, or what its epilogue reads.</summary>
sealed class TensorCoreResult : IDisposable
{
    readonly TensorCoreCase product;
    readonly Fenced<float>? words;
    readonly Fenced<BFloat16>? halves;

    /// <param name="product">The product.</param>
    /// <param name="format">How the matrix is stored.</param>
    /// <param name="values">What it holds; null for NaN.</param>
    public TensorCoreResult(TensorCoreCase product, NumberFormat format, float[]? values = null)
    {
        this.product = product;
        var (device, length) = (product.Device, product.LengthC);
        float[]? given = values is null ? null : product.LikeC(values);
        if (format == NumberFormat.Fp32) words = given is null ? Fenced.Output(device, length) : Fenced.Input(device, given);
        else halves = given is null ? Fenced.OutputBf16(device, length) : Fenced.InputBf16(device, given);
    }

    public Tensor Tensor => words is not null ? words.View : halves!.View;

    public float[] Read() => product.Dense(words is not null ? words.Read() : halves!.ReadFloats());

    /// <summary>
    /// Compares with an oracle: in fp32 with a few units in the last place for GELU's exponential, in bf16 with its rounding.
    /// </summary>
    public void Check(Oracle expected, string what)
    {
        what = $"{what} of {product.Shape}";
        if (words is not null) Budget.Check(Read(), expected, product.Terms, ulps: 32, what);
        else Budget.CheckBf16(Read(), expected, product.Terms, what);
    }

    public void Dispose()
    {
        words?.Dispose();
        halves?.Dispose();
    }
}
