using System.Reflection;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Probe.Cuda;
using ILGPU;

namespace GpuLm.Kernels.Probe;

/// <summary>Kernels that do nothing useful, as fast as the device can: what they reach is the peak that others are compared with.</summary>
public static partial class ProbeKernels
{
    /// <summary>The kernels of this folder; rows and columns are values, depth is the number of multiply-adds on each.</summary>
    public static IEnumerable<KernelEntry> Entries =>
    [
        new("Probe.MultiplyAdd", "Probe", "RegisterChains", typeof(ProbeKernels).GetMethod(nameof(MultiplyAdd))!,
            s => 2 * s.Elements * s.Depth, s => 8 * s.Elements),
        new("Probe.Triad", "Probe", "ElementPerThread", typeof(ProbeKernels).GetMethod(nameof(Triad))!,
            s => 2 * s.Elements, s => 12 * s.Elements),
        Tiles<Bf16Product>("bf16"),
        Tiles<Tf32Product>("tf32"),
        new("Probe.MultiplyWarpGroupTiles bf16", "Probe", "WarpGroupTile", typeof(WarpGroup).GetMethod(nameof(WarpGroup.MultiplyAddBf16))!,
            s => 2 * s.Elements * s.Depth, s => 4 * s.Elements, KernelTarget.Hopper),
    ];

    static KernelEntry Tiles<TProduct>(string precision) where TProduct : struct, ITileProduct => new(
        $"Probe.MultiplyTiles {precision}", "Probe", "RegisterTiles",
        ((Action<ArrayView<uint>, ArrayView<uint>, int, ArrayView<float>>)TensorCore.MultiplyAdd<TProduct>).Method,
        s => 2 * s.Elements * s.Depth, s => 8 * s.Elements, KernelTarget.Ampere);

    /// <summary>
    /// y[i] = factor y[i] + term, <paramref name="iterations"/> times over: arithmetic alone, as each value stays in a register. A group
    /// owns an equal run of y. No barriers. With factor = term = 1 and small whole numbers in y every step is exact, so the result,
    /// y[i] + iterations, shows that all the work was done.
    /// </summary>
    public static void MultiplyAdd(float factor, float term, int iterations, ArrayView<float> y)
    {
        int length = y.IntLength / Grid.DimX;
        ProbeWork.MultiplyAdd(factor, term, iterations, y.SubView(Grid.IdxX * length, length));
    }

    /// <summary>y[i] = a[i] + factor b[i]: McCalpin's STREAM triad, memory traffic alone. Groups share y. No barriers.</summary>
    public static void Triad(ArrayView<float> a, ArrayView<float> b, float factor, ArrayView<float> y)
    {
        int start = Share.Start(y.IntLength), length = Share.End(y.IntLength) - start;
        ProbeWork.Triad(a.SubView(start, length), b.SubView(start, length), factor, y.SubView(start, length));
    }
}
