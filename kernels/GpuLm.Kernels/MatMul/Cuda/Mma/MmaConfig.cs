using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda.Tiles;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Kernels.MatMul.Cuda.Mma;

using TileKernel =
    Action<ArrayView<byte>, ArrayView<byte>, ArrayView<float>, ArrayView<byte>, TensorCorePlan, ArrayView<float>, ArrayView<byte>>;
using TileLauncher = Action<
    AcceleratorStream, KernelConfig, ArrayView<byte>, ArrayView<byte>, ArrayView<float>, ArrayView<byte>, TensorCorePlan,
    ArrayView<float>, ArrayView<byte>>;

/// <summary>A tile for <see cref="MatMulKernels.TensorCore"/>: mma.sync.</summary>
sealed class MmaConfig : TensorCoreConfig
{
    readonly IMmaTile tile;
    readonly Func<bool, bool, NumberFormat, TileKernel> kernel;

    MmaConfig(string name, IMmaTile tile, Func<bool, bool, NumberFormat, TileKernel> kernel) : base(name) =>
        (this.tile, this.kernel) = (tile, kernel);

    public override int Rows => tile.Rows;

    public override int Columns => tile.Columns;

    public override int Threads => tile.Threads;

    /// <summary>The stages, in whose place the sums come later.</summary>
    public override int SharedBytes => Math.Max(
        tile.Stages * (Rows + Columns) * PanelTile.RowBytes, Rows * (Columns + WarpTile.SumPadding) * sizeof(float));

    internal override string Strategy => "TensorCoreTile";

    internal override KernelTarget Target => KernelTarget.Ampere;

    internal override int SharedReads => tile.WarpsAcross * Rows + tile.WarpsDown * Columns;

    public override bool Makes(MatMulShape shape, NumberFormat operands) => true;

    internal override Delegate Kernel(bool transposeA, bool transposeB, NumberFormat operands) => kernel(transposeA, transposeB, operands);

    internal override void Launch(
        ComputeDevice device, Tensor a, Tensor b, MatMulShape shape, ArrayView<float> bias, ArrayView<byte> extra, TensorCorePlan plan,
        ArrayView<float> partials, ArrayView<byte> c)
    {
        var grid = new Index3D(checked(plan.TilesDown * plan.TilesAcross), plan.Splits, shape.Batch);
        device.Load<TileLauncher>(Kernel(shape.TransposeA, shape.TransposeB, a.Format))(
            device.Stream, new KernelConfig(grid, new Index3D(Threads, 1, 1), SharedMemoryConfig.RequestDynamic<byte>(SharedBytes)),
            a.AsBytes(), b.AsBytes(), bias, extra, plan, partials, c);
    }

    public static MmaConfig Of<TTile, TSum>(string name) where TTile : struct, IMmaTile where TSum : struct =>
        new(name, default(TTile), (transposeA, transposeB, operands) => (transposeA, transposeB) switch
        {
            (false, false) => Kernel<TTile, LayoutNN, TSum>(operands),
            (false, true) => Kernel<TTile, LayoutNT, TSum>(operands),
            (true, false) => Kernel<TTile, LayoutTN, TSum>(operands),
            (true, true) => Kernel<TTile, LayoutTT, TSum>(operands),
        });

    static TileKernel Kernel<TTile, TLayout, TSum>(NumberFormat operands)
        where TTile : struct, IMmaTile where TLayout : struct, IOperandLayout where TSum : struct => operands == NumberFormat.Bf16
        ? MatMulKernels.TensorCore.Tile<TTile, TLayout, BFloat16Numbers, TSum>
        : MatMulKernels.TensorCore.Tile<TTile, TLayout, Tf32Numbers, TSum>;
}
