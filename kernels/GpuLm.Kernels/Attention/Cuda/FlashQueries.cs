using GpuLm.Kernels.Common;
using ILGPU;

namespace GpuLm.Kernels.Attention.Cuda;

/// <summary>
/// A step over queries in shared memory: the queries and the gradients of their outputs, [columns, D] each, then what the sums of each
/// query start from, two runs of [columns] fp32 numbers.
/// </summary>
static class FlashQueries
{
    /// <summary>Bytes for a step's numbers, half for each run; a multiple of 1,024, as the next step's tiles want it.</summary>
    public const int NumberBytes = 1_024;

    /// <summary>Starts to copy a step's queries of a head, from <paramref name="first"/> on.</summary>
    public static void Start<TShape>(
        ArrayView<BFloat16> dOutput, ArrayView<BFloat16> qkv, ArrayView<float> minusLogSumExp, ArrayView<float> minusDelta,
        AttentionShape shape, int batch, int head, int first, uint stage)
        where TShape : struct, IFlashShape
    {
        int columns = default(TShape).Columns, numbers = (batch * shape.Heads + head) * shape.Length;
        uint tileBytes = (uint)FlashTile.Bytes<TShape>(columns);
        FlashTile.Start<TShape>(qkv.SubView(shape.QueryOffset(batch, head)), shape.TokenSize, first, shape.Length, columns, stage);
        FlashTile.Start<TShape>(
            dOutput.SubView(shape.OutputOffset(batch, head)), shape.OutputSize, first, shape.Length, columns, stage + tileBytes);
        FlashTile.StartNumbers(minusLogSumExp.SubView(numbers), first, shape.Length, columns, stage + 2 * tileBytes);
        FlashTile.StartNumbers(
            minusDelta.SubView(numbers), first, shape.Length, columns, stage + 2 * tileBytes + NumberBytes / 2);
    }
}
