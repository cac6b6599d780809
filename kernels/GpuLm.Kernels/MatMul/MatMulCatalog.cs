using System.Reflection;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.MatMul.Cuda;

namespace GpuLm.Kernels.MatMul;

/// <summary>The matrix product's catalog entries: Rows is M, Columns is N, Depth is K, of <c>SumSplits</c> the number of splits.</summary>
static class MatMulCatalog
{
    public static IEnumerable<KernelEntry> Entries =>
    [
        Product(
            "MatMul.Tile", "PackedPanels on a CPU, SharedTile on a device", typeof(MatMulKernels).GetMethod(nameof(MatMulKernels.Tile))!,
            sizeof(float), sizeof(float), KernelTarget.AnyDevice),
        .. TensorCoreConfigs.All.SelectMany(config => Tiles(config, NumberFormat.Bf16)),
        .. Tiles(TensorCoreConfigs.Find("128x128"), NumberFormat.Fp32),
        new("MatMul.SumSplits", "MatMul", "EightPerThread",
            typeof(MatMulKernels.TensorCore).GetMethod(nameof(MatMulKernels.TensorCore.SumSplits))!, s => s.Elements * s.Depth,
            s => s.Elements * (sizeof(float) * s.Depth + sizeof(ushort)), KernelTarget.Ampere),
    ];

    /// <summary>What a tile's kernel is called here: <c>MatMul.128x128 NT bf16</c>.</summary>
    public static string Name(TensorCoreConfig config, bool transposeA, bool transposeB, NumberFormat operands) =>
        $"MatMul.{config.Name} {(transposeA ? 'T' : 'N')}{(transposeB ? 'T' : 'N')} {(operands == NumberFormat.Bf16 ? "bf16" : "tf32")}";

    /// <summary>The layouts that training needs: forward, the gradients of inputs and of weights.</summary>
    static IEnumerable<KernelEntry> Tiles(TensorCoreConfig config, NumberFormat operands) =>
        from transposes in new[] { (A: false, B: false), (A: false, B: true), (A: true, B: false) }
        let bytes = operands == NumberFormat.Bf16 ? sizeof(ushort) : sizeof(float)
        select Product(
            Name(config, transposes.A, transposes.B, operands), config.Strategy, config.Kernel(transposes.A, transposes.B, operands).Method,
            bytes, bytes, config.Target);

    static KernelEntry Product(string name, string strategy, MethodInfo kernel, int operandBytes, int resultBytes, KernelTarget target) =>
        new(
        name, "MatMul", strategy, kernel, s => 2.0 * s.Rows * s.Columns * s.Depth * s.Batch,
        s => s.Batch * (operandBytes * ((double)s.Rows * s.Depth + (double)s.Depth * s.Columns) + resultBytes * (double)s.Rows * s.Columns),
        target);
}
