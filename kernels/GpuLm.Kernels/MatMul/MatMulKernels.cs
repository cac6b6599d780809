using GpuLm.Kernels.Primitives;
using ILGPU;

namespace GpuLm.Kernels.MatMul;

/// <summary>The matrix product's kernels.</summary>
public static partial class MatMulKernels
{
    /// <summary>
    /// C = epilogue(beta C + op(A) op(B)). Grid: batch x tiles; a group owns one tile of C and computes all of its K terms, so that no two
    /// groups touch the same output and the order of summation is fixed. On a CPU there is about one tile a core, large enough for the
    /// worker to pack its own operands (CpuMatMul); on a GPU a tile is 64 x 64 and passes through shared memory.
    /// </summary>
    public static void Tile(
        ArrayView<float> a, ArrayView<float> b, ArrayView<float> bias, ArrayView<float> extra, MatMulPlan plan, ArrayView<float> c)
    {
        int tile = Grid.IdxX;
        int across = tile % plan.TilesAcross;
        int down = tile / plan.TilesAcross % plan.TilesDown;
        long batch = tile / plan.TilesAcross / plan.TilesDown;
        int row = down * plan.TileRows, column = across * plan.TileColumns;
        MatrixTile.Multiply(
            a.SubView(batch * plan.StrideA), b.SubView(batch * plan.StrideB), bias, extra, plan, row,
            IntrinsicMath.Min(plan.TileRows, plan.M - row), column, IntrinsicMath.Min(plan.TileColumns, plan.N - column),
            c.SubView(batch * plan.StrideC));
    }
}
