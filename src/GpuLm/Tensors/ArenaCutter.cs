using GpuLm.Kernels.Common;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Tensors;

/// <summary>
/// Cuts an arena into tensors, one after the other. Without memory it only counts, so the same code that cuts an arena also says how
/// long it must be.
/// </summary>
/// <param name="memory">The arena, or nothing to count.</param>
public sealed class ArenaCutter(ArrayView<float>? memory = null)
{
    /// <summary>Every tensor starts at a multiple of this many bytes.</summary>
    public const int Alignment = 64;

    /// <summary>Bytes taken so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>The next tensor of so many elements; an empty one while counting.</summary>
    public Tensor Take(NumberFormat format, long length) => format == NumberFormat.Bf16 ? TakeBf16(length) : TakeFp32(length);

    /// <summary>The next so many fp32 numbers; an empty view while counting.</summary>
    public ArrayView<float> TakeFp32(long length) => Words(length * sizeof(float)) is { } words ? words.SubView(0, length) : default;

    /// <summary>The next so many bf16 numbers; an empty view while counting.</summary>
    public ArrayView<BFloat16> TakeBf16(long length) =>
        Words(length * 2) is { } words ? words.Cast<BFloat16>().SubView(0, length) : default;

    ArrayView<float>? Words(long bytes)
    {
        long start = Bytes, taken = (bytes + Alignment - 1) / Alignment * Alignment;
        Bytes += taken;
        return memory?.SubView(start / sizeof(float), taken / sizeof(float));
    }
}
