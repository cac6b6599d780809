using GpuLm.Kernels.Common;
using ILGPU;

namespace GpuLm.Kernels.Gelu;

/// <summary>The kernels of <see cref="Gelu"/>. A group owns a contiguous run of elements.</summary>
public static partial class GeluKernels
{
    /// <summary>y = gelu(x), the tanh form.</summary>
    public static void Tanh(ArrayView<float> x, long count, ArrayView<float> y)
    {
        long start = Share.Start(count), length = Share.End(count) - start;
        GeluRow.Tanh(x.SubView(start, length), y.SubView(start, length));
    }

    /// <summary>dX = dY gelu'(x), the tanh form.</summary>
    public static void TanhBackward(ArrayView<float> dY, ArrayView<float> x, long count, ArrayView<float> dX)
    {
        long start = Share.Start(count), length = Share.End(count) - start;
        GeluRow.TanhBackward(dY.SubView(start, length), x.SubView(start, length), dX.SubView(start, length));
    }

    /// <summary>y = gelu(x), the erf form.</summary>
    public static void Erf(ArrayView<float> x, long count, ArrayView<float> y)
    {
        long start = Share.Start(count), length = Share.End(count) - start;
        GeluRow.Erf(x.SubView(start, length), y.SubView(start, length));
    }

    /// <summary>dX = dY gelu'(x), the erf form.</summary>
    public static void ErfBackward(ArrayView<float> dY, ArrayView<float> x, long count, ArrayView<float> dX)
    {
        long start = Share.Start(count), length = Share.End(count) - start;
        GeluRow.ErfBackward(dY.SubView(start, length), x.SubView(start, length), dX.SubView(start, length));
    }

    internal static IEnumerable<KernelEntry> Entries =>
    [
        Entry(nameof(Tanh), flops: 8, arrays: 2), Entry(nameof(TanhBackward), flops: 14, arrays: 3),
        Entry(nameof(Erf), flops: 20, arrays: 2), Entry(nameof(ErfBackward), flops: 26, arrays: 3),
        Bf16Entry(nameof(EightPerThread.Tanh), flops: 8, arrays: 2), Bf16Entry(nameof(EightPerThread.TanhBackward), flops: 14, arrays: 3),
    ];

    static KernelEntry Entry(string kernel, double flops, double arrays) => new(
        $"Gelu.{kernel}", "Gelu", "ElementPerThread", typeof(GeluKernels).GetMethod(kernel)!, s => flops * s.Elements,
        s => sizeof(float) * arrays * s.Elements);

    static KernelEntry Bf16Entry(string kernel, double flops, double arrays) => new(
        $"Gelu.{kernel}Bf16", "Gelu", "EightPerThread", typeof(EightPerThread).GetMethod(kernel)!, s => flops * s.Elements,
        s => 2 * arrays * s.Elements, KernelTarget.Ampere);
}
