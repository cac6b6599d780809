using GpuLm.Kernels.Cuda.Tiles;

namespace GpuLm.Kernels.Attention.Cuda;

/// <summary>
/// Bytes of dynamic shared memory that the tensor-core kernels lay out: a group's own tiles, then two stages of what it steps over.
/// </summary>
static class FlashMemory
{
    /// <summary>Queries; keys and values, twice.</summary>
    public static int ForwardBytes(IFlashShape shape) => Tile(shape, shape.Rows) + 4 * Tile(shape, shape.Columns);

    /// <summary>Queries and gradients of outputs; keys and values, twice; two numbers for each query.</summary>
    public static int QueryGradientBytes(IFlashShape shape) =>
        2 * Tile(shape, shape.Rows) + 4 * Tile(shape, shape.Columns) + 2 * sizeof(float) * shape.Rows;

    /// <summary>Keys and values; queries, gradients of outputs and two numbers for each query, twice.</summary>
    public static int KeyValueGradientBytes(IFlashShape shape) =>
        2 * Tile(shape, shape.Rows) + 4 * Tile(shape, shape.Columns) + 2 * FlashQueries.NumberBytes;

    static int Tile(IFlashShape shape, int rows) => PanelTile.Bytes(rows, shape.HeadSize);
}
