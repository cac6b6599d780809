using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Kernels.MatMul.Cuda.Wgmma;

using TileKernel = Action<
    ArrayView<TensorMapPart>, ArrayView<TensorMapPart>, ArrayView<float>, ArrayView<byte>, TensorCorePlan, ArrayView<float>,
    ArrayView<byte>>;
using TileLauncher = Action<
    AcceleratorStream, KernelConfig, ArrayView<TensorMapPart>, ArrayView<TensorMapPart>, ArrayView<float>, ArrayView<byte>,
    TensorCorePlan, ArrayView<float>, ArrayView<byte>>;

/// <summary>A tile for <see cref="MatMulKernels.WarpGroup"/>: wgmma, on Hopper alone.</summary>
sealed class WgmmaConfig : TensorCoreConfig
{
    readonly IWgmmaTile tile;
    readonly int sharedBytes;
    readonly Func<bool, bool, TileKernel> kernel;

    WgmmaConfig(string name, IWgmmaTile tile, int sharedBytes, Func<bool, bool, TileKernel> kernel) : base(name) =>
        (this.tile, this.sharedBytes, this.kernel) = (tile, sharedBytes, kernel);

    public override int Rows => tile.Rows;

    public override int Columns => tile.Columns;

    public override int Threads => tile.Threads;

    /// <summary>The stages and their barriers, and what the sums pass through.</summary>
    public override int SharedBytes => sharedBytes;

    public override bool Fits(CudaTraits device) => base.Fits(device) && device.IsHopper;

    public override bool Makes(MatMulShape shape, NumberFormat operands) => operands == NumberFormat.Bf16 && shape.Batch <= 1;

    internal override string Strategy => "WarpGroupTile";

    internal override KernelTarget Target => KernelTarget.Hopper;

    /// <summary>Not before a GPU has run it; until then an interpreter alone has.</summary>
    internal override bool IsProved => false;

    internal override int SharedReads => Rows + 2 * Columns;

    internal override Delegate Kernel(bool transposeA, bool transposeB, NumberFormat operands) => kernel(transposeA, transposeB);

    internal override void Launch(
        ComputeDevice device, Tensor a, Tensor b, MatMulShape shape, ArrayView<float> bias, ArrayView<byte> extra, TensorCorePlan plan,
        ArrayView<float> partials, ArrayView<byte> c)
    {
        var (mapA, mapB) = (
            Map(device, a, shape.LeadingA, shape.TransposeA, shape.M, shape.K, Rows),
            Map(device, b, shape.LeadingB, !shape.TransposeB, shape.N, shape.K, Columns));
        int groups = Math.Min(device.Cuda!.Multiprocessors, checked(plan.TilesDown * plan.TilesAcross * plan.Splits));
        device.Load<TileLauncher>(Kernel(shape.TransposeA, shape.TransposeB, a.Format))(
            device.Stream, new KernelConfig(groups, Threads, SharedMemoryConfig.RequestDynamic<byte>(SharedBytes)), mapA, mapB, bias, extra,
            plan, partials, c);
    }

    /// <summary>
    /// The map of an operand of <paramref name="length"/> rows (A) or columns (B) and <paramref name="k"/> terms: its boxes are all of the
    /// tile's rows and a stage's terms, or, where K runs down, a stage's terms and 64 of the tile's columns.
    /// </summary>
    static ArrayView<TensorMapPart> Map(ComputeDevice device, Tensor operand, int leading, bool acrossK, int length, int k, int tileLength)
    {
        nint address = operand.AsBf16().LoadEffectiveAddressAsPtr();
        return device.TensorMaps!.Find(acrossK
            ? new TensorMapShape(address, length, k, leading, WarpGroupTile.PanelColumns, WarpGroupTile.Depth)
            : new TensorMapShape(address, k, length, leading, WarpGroupTile.Depth, tileLength));
    }

    public static WgmmaConfig Of<TTile, TSum>(string name) where TTile : struct, IWgmmaTile where TSum : struct =>
        new(
            name, default(TTile), WarpGroupPipeline.Bytes<TTile>() + WarpGroupEpilogue.Bytes,
            (transposeA, transposeB) => (transposeA, transposeB) switch
        {
            (false, false) => MatMulKernels.WarpGroup.Tile<TTile, LayoutNN, TSum>,
            (false, true) => MatMulKernels.WarpGroup.Tile<TTile, LayoutNT, TSum>,
            (true, false) => MatMulKernels.WarpGroup.Tile<TTile, LayoutTN, TSum>,
            (true, true) => MatMulKernels.WarpGroup.Tile<TTile, LayoutTT, TSum>,
        });
}
