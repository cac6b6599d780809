using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda;
using GpuLm.Kernels.Cuda.Intrinsics;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Kernels.MatMul.Cuda;

using TileLauncher = Action<AcceleratorStream, KernelConfig, ArrayView<byte>, ArrayView<byte>, ArrayView<float>, ArrayView<byte>, TensorCorePlan, ArrayView<float>, ArrayView<byte>>;
using TileKernel = Action<ArrayView<byte>, ArrayView<byte>, ArrayView<float>, ArrayView<byte>, TensorCorePlan, ArrayView<float>, ArrayView<byte>>;

/// <summary>One way to cut a product into tiles and warps.</summary>
public sealed class TensorCoreConfig
{
    readonly ITileConfig tile;
    readonly Func<bool, bool, NumberFormat, TileKernel> kernel;

    TensorCoreConfig(string name, ITileConfig tile, Func<bool, bool, NumberFormat, TileKernel> kernel) =>
        (Name, this.tile, this.kernel) = (name, tile, kernel);

    /// <summary>Its name, as tuning keeps it.</summary>
    public string Name { get; }

    /// <summary>Rows of C in a group's tile.</summary>
    public int Rows => tile.Rows;

    /// <summary>Columns of C in a group's tile.</summary>
    public int Columns => tile.Columns;

    /// <summary>Threads of a group.</summary>
    public int Threads => tile.Threads;

    /// <summary>Bytes of shared memory of a group: the stages, in whose place the sums come later.</summary>
    public int SharedBytes => Math.Max(
        tile.Stages * (Rows + Columns) * WarpTile.RowBytes, Rows * (Columns + WarpTile.SumPadding) * sizeof(float));

    /// <summary>Whether a device can run it.</summary>
    public bool Fits(CudaTraits device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return device.HasTensorCores && SharedBytes <= device.SharedBytes && Threads <= device.MaxGroupSize;
    }

    /// <summary>Numbers that the warps read from shared memory for each term of K.</summary>
    internal int WarpReads => tile.WarpsAcross * Rows + tile.WarpsDown * Columns;

    /// <summary>The kernel for operands of a layout and format; compiled at first use.</summary>
    internal TileLauncher Load(ComputeDevice device, MatMulShape shape, NumberFormat operands) =>
        device.Load<TileLauncher>(Kernel(shape.TransposeA, shape.TransposeB, operands));

    /// <summary>The kernel's method for operands of a layout and format; fp32 operands are rounded to tf32.</summary>
    internal Delegate Kernel(bool transposeA, bool transposeB, NumberFormat operands) => kernel(transposeA, transposeB, operands);

    /// <summary>Terms of K in a stage.</summary>
    internal static int Depth(NumberFormat operands) => WarpTile.RowBytes / (operands == NumberFormat.Bf16 ? sizeof(ushort) : sizeof(float));

    /// <summary>Terms of K of each but the last split: whole stages, shared out evenly.</summary>
    internal static int SplitDepth(int k, int splits, NumberFormat operands)
    {
        int depth = Depth(operands);
        return ((k + splits - 1) / splits + depth - 1) / depth * depth;
    }

    internal static TensorCoreConfig Of<TTile, TSum>(string name) where TTile : struct, ITileConfig where TSum : struct =>
        new(name, default(TTile), (transposeA, transposeB, operands) => (transposeA, transposeB) switch
        {
            (false, false) => Kernel<TTile, LayoutNN, TSum>(operands),
            (false, true) => Kernel<TTile, LayoutNT, TSum>(operands),
            (true, false) => Kernel<TTile, LayoutTN, TSum>(operands),
            (true, true) => Kernel<TTile, LayoutTT, TSum>(operands),
        });

    static TileKernel Kernel<TTile, TLayout, TSum>(NumberFormat operands)
        where TTile : struct, ITileConfig where TLayout : struct, IOperandLayout where TSum : struct => operands == NumberFormat.Bf16
        ? MatMulKernels.TensorCore.Tile<TTile, TLayout, BFloat16Numbers, TSum>
        : MatMulKernels.TensorCore.Tile<TTile, TLayout, Tf32Numbers, TSum>;
}
