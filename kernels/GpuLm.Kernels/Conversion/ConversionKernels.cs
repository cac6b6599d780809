using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda;
using GpuLm.Kernels.Cuda.Intrinsics;
using GpuLm.Kernels.Cuda.Rows;
using ILGPU;

namespace GpuLm.Kernels.Conversion;

/// <summary>
/// The kernels of <see cref="Conversion"/>. A thread owns eight neighbouring numbers, or, in the launches for the up to seven that are left
/// over, a single one.
/// </summary>
public static class ConversionKernels
{
    /// <summary>target = source, rounded to the nearest bf16 number; <paramref name="vectors"/> counts in eights.</summary>
    [LaunchBounds(VectorAccess.GroupSize)]
    public static void ToBf16(ArrayView<Float4> source, long vectors, ArrayView<UInt4> target)
    {
        long i = VectorAccess.Item;
        if (i < vectors) target[i] = Float8.Load(source, i).Pack();
    }

    /// <summary>target = source, exactly; <paramref name="vectors"/> counts in eights.</summary>
    [LaunchBounds(VectorAccess.GroupSize)]
    public static void ToFp32(ArrayView<UInt4> source, long vectors, ArrayView<Float4> target)
    {
        long i = VectorAccess.Item;
        if (i < vectors) Float8.Unpack(source[i]).Store(target, i);
    }

    /// <summary>As <see cref="ToBf16"/>, a number a thread.</summary>
    public static void RestToBf16(ArrayView<float> source, int count, ArrayView<BFloat16> target)
    {
        int i = Group.IdxX;
        if (i < count) target[i] = new BFloat16((ushort)Numbers.PackBFloat16(source[i], 0));
    }

    /// <summary>As <see cref="ToFp32"/>, a number a thread.</summary>
    public static void RestToFp32(ArrayView<BFloat16> source, int count, ArrayView<float> target)
    {
        int i = Group.IdxX;
        if (i < count) target[i] = Numbers.LowBFloat16(source[i].Bits);
    }

    /// <summary>These kernels in the catalog; rows times columns are the elements.</summary>
    public static IEnumerable<KernelEntry> Entries =>
    [
        Entry(nameof(ToBf16), "EightPerThread"), Entry(nameof(ToFp32), "EightPerThread"),
        Entry(nameof(RestToBf16), "ElementPerThread"), Entry(nameof(RestToFp32), "ElementPerThread"),
    ];

    static KernelEntry Entry(string kernel, string strategy) => new(
        $"Conversion.{kernel}", "Conversion", strategy, typeof(ConversionKernels).GetMethod(kernel)!, _ => 0, s => 6 * s.Elements,
        KernelTarget.Ampere);
}
