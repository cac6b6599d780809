using GpuLm.Kernels.Common;
using ILGPU;

namespace GpuLm.Kernels.SwiGlu;

/// <summary>The kernels of <see cref="SwiGlu"/>. A group owns a contiguous run of elements.</summary>
public static class SwiGluKernels
{
    /// <summary>y = silu(gate) up.</summary>
    public static void Forward(ArrayView<float> gate, ArrayView<float> up, long count, ArrayView<float> y)
    {
        long start = Share.Start(count), length = Share.End(count) - start;
        SwiGluRow.Forward(gate.SubView(start, length), up.SubView(start, length), y.SubView(start, length));
    }

    /// <summary>dGate = dY up silu'(gate), dUp = dY silu(gate).</summary>
    public static void Backward(
        ArrayView<float> dY, ArrayView<float> gate, ArrayView<float> up, long count, ArrayView<float> dGate, ArrayView<float> dUp)
    {
        long start = Share.Start(count), length = Share.End(count) - start;
        SwiGluRow.Backward(
            dY.SubView(start, length), gate.SubView(start, length), up.SubView(start, length), dGate.SubView(start, length),
            dUp.SubView(start, length));
    }

    internal static IEnumerable<KernelEntry> Entries =>
    [
        Entry(nameof(Forward), flops: 5, arrays: 3), Entry(nameof(Backward), flops: 10, arrays: 5),
    ];

    static KernelEntry Entry(string kernel, double flops, double arrays) => new(
        $"SwiGlu.{kernel}", "SwiGlu", "ElementPerThread", typeof(SwiGluKernels).GetMethod(kernel)!, s => flops * s.Elements,
        s => sizeof(float) * arrays * s.Elements);
}
