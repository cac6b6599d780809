using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda.Intrinsics;
using GpuLm.Kernels.Cuda.Rows;
using GpuLm.Kernels.Probe.Cuda;
using ILGPU;
using ILGPU.Runtime;
using Floats = ILGPU.ArrayView<float>;

namespace GpuLm.Kernels.Probe;

using TileLauncher = Action<AcceleratorStream, KernelConfig, ArrayView<uint>, ArrayView<uint>, int, ArrayView<float>>;
using WarpGroupLauncher = Action<AcceleratorStream, KernelConfig, ArrayView<UInt4>, ArrayView<UInt4>, int, ArrayView<Float4>>;

/// <content>Products on tensor cores. They need a CUDA device of compute capability 8.0 or later.</content>
public sealed partial class Probe
{
    const int TileValues = ProbeKernels.TensorCore.Rows * ProbeKernels.TensorCore.Columns;

    readonly int tileGroups = device.Workers * ProbeKernels.TensorCore.GroupsPerMultiprocessor;

    /// <summary>Tiles [16, 8] that <see cref="MultiplyTiles(ArrayView{BFloat16}, ArrayView{BFloat16}, int, Floats)"/> works on.</summary>
    public int Tiles =>
        tileGroups * (ProbeKernels.TensorCore.Threads / Warps.Size) * ProbeKernels.TensorCore.TilesPerWarp;

    /// <summary>Tiles [128, 256] that <see cref="MultiplyWarpGroupTiles"/> works on.</summary>
    public int WarpGroupTiles => device.Workers;

    /// <summary>C += A B on each tile C [16, 8] of y, <paramref name="iterations"/> times, by mma.sync: 4,096 FLOP each.</summary>
    /// <param name="a">[16, 16]</param>
    /// <param name="b">[8, 16]: B by columns.</param>
    /// <param name="iterations">0 or more.</param>
    /// <param name="y">[<see cref="Tiles"/>, 16, 8]</param>
    /// <exception cref="ArgumentException">A view is too short, or the device has no tensor cores.</exception>
    public void MultiplyTiles(ArrayView<BFloat16> a, ArrayView<BFloat16> b, int iterations, Floats y)
    {
        Guard.Holds(a, ProbeKernels.TensorCore.Rows * Bf16Product.Depth);
        Guard.Holds(b, ProbeKernels.TensorCore.Columns * Bf16Product.Depth);
        MultiplyTiles<Bf16Product>(a.Cast<uint>(), b.Cast<uint>(), iterations, y);
    }

    /// <summary>
    /// C += A B on each tile C [16, 8] of y, <paramref name="iterations"/> times, by mma.sync in tf32: 2,048 FLOP each. Of a and b the
    /// lower 13 bits do not count.
    /// </summary>
    /// <param name="a">[16, 8]</param>
    /// <param name="b">[8, 8]: B by columns.</param>
    /// <param name="iterations">0 or more.</param>
    /// <param name="y">[<see cref="Tiles"/>, 16, 8]</param>
    /// <exception cref="ArgumentException">A view is too short, or the device has no tensor cores.</exception>
    public void MultiplyTiles(Floats a, Floats b, int iterations, Floats y)
    {
        Guard.Holds(a, ProbeKernels.TensorCore.Rows * Tf32Product.Depth);
        Guard.Holds(b, ProbeKernels.TensorCore.Columns * Tf32Product.Depth);
        MultiplyTiles<Tf32Product>(a.Cast<uint>(), b.Cast<uint>(), iterations, y);
    }

    /// <summary>C = iterations A B on each tile C [128, 256] of y, in so many steps, by wgmma: 4,194,304 FLOP each.</summary>
    /// <param name="a">[128, 64], at a multiple of 16 bytes.</param>
    /// <param name="b">[256, 64]: B by columns, at a multiple of 16 bytes.</param>
    /// <param name="iterations">0 or more.</param>
    /// <param name="y">[<see cref="WarpGroupTiles"/>, 128, 256], at a multiple of 16 bytes.</param>
    /// <exception cref="ArgumentException">A view is too short, or the device is no Hopper.</exception>
    public void MultiplyWarpGroupTiles(ArrayView<BFloat16> a, ArrayView<BFloat16> b, int iterations, Floats y)
    {
        const int values = ProbeKernels.WarpGroup.Rows * ProbeKernels.WarpGroup.Columns;
        Guard.Require(
            device.Cuda is { IsHopper: true }, $"wgmma needs a CUDA device with compute capability 9.0; this is {device}.", nameof(device));
        Guard.Holds(a, ProbeKernels.WarpGroup.Rows * ProbeKernels.WarpGroup.Depth);
        Guard.Holds(b, ProbeKernels.WarpGroup.Columns * ProbeKernels.WarpGroup.Depth);
        Guard.Holds(y, (long)WarpGroupTiles * values);
        Guard.Require(iterations >= 0, $"iterations must not be negative; it is {iterations}.", nameof(iterations));
        var shared = SharedMemoryConfig.RequestDynamic<byte>(ProbeKernels.WarpGroup.SharedBytes);
        device.Load<WarpGroupLauncher>(ProbeKernels.WarpGroup.MultiplyAddBf16)(
            device.Stream, new KernelConfig(WarpGroupTiles, ProbeKernels.WarpGroup.Threads, shared), VectorAccess.Vectors(a),
            VectorAccess.Vectors(b), iterations, VectorAccess.Vectors(y));
    }

    void MultiplyTiles<TProduct>(ArrayView<uint> a, ArrayView<uint> b, int iterations, Floats y) where TProduct : struct, ITileProduct
    {
        VectorAccess.RequireBf16(device);
        Guard.Holds(y, (long)Tiles * TileValues);
        Guard.Require(iterations >= 0, $"iterations must not be negative; it is {iterations}.", nameof(iterations));
        device.Load<TileLauncher>(ProbeKernels.TensorCore.MultiplyAdd<TProduct>)(
            device.Stream, device.Exactly(tileGroups, ProbeKernels.TensorCore.Threads), a, b, iterations, y);
    }
}
