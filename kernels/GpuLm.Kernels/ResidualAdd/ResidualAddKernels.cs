using GpuLm.Kernels.Common;
using GpuLm.Kernels.Primitives;
using ILGPU;

namespace GpuLm.Kernels.ResidualAdd;

/// <summary>The kernel of <see cref="ResidualAdd"/>.</summary>
public static partial class ResidualAddKernels
{
    /// <summary>y = a + b. A group owns a contiguous run of elements.</summary>
    public static void Forward(ArrayView<float> a, ArrayView<float> b, long count, ArrayView<float> y)
    {
        long start = Share.Start(count), length = Share.End(count) - start;
        Row.Add(a.SubView(start, length), b.SubView(start, length), y.SubView(start, length));
    }

    internal static IEnumerable<KernelEntry> Entries =>
    [
        new("ResidualAdd.Forward", "ResidualAdd", "ElementPerThread", typeof(ResidualAddKernels).GetMethod(nameof(Forward))!,
            s => s.Elements, s => sizeof(float) * 3 * s.Elements),
        new("ResidualAdd.ForwardBf16", "ResidualAdd", "EightPerThread", typeof(EightPerThread).GetMethod(nameof(EightPerThread.Forward))!,
            s => s.Elements, s => 6 * s.Elements, KernelTarget.Ampere),
    ];
}
