using GpuLm.Kernels.Cuda.Intrinsics;
using GpuLm.Kernels.Cuda.Tiles;
using ILGPU;

namespace GpuLm.Kernels.MatMul.Cuda.Mma;

/// <summary>The main loop of the product by mma.sync: a group multiplies its tile of C over a range of K.</summary>
static class MmaMainLoop
{
    /// <summary>Bytes of one stage: A's panels, then B's.</summary>
    public static int StageBytes<TTile>() where TTile : struct, IMmaTile =>
        (default(TTile).Rows + default(TTile).Columns) * PanelTile.RowBytes;

    /// <summary>The warp's first row in the tile.</summary>
    public static int WarpRow<TTile>() where TTile : struct, IMmaTile =>
        Warps.Index / default(TTile).WarpsAcross * (default(TTile).Rows / default(TTile).WarpsDown);

    /// <summary>The warp's first column in the tile.</summary>
    public static int WarpColumn<TTile>() where TTile : struct, IMmaTile =>
        Warps.Index % default(TTile).WarpsAcross * (default(TTile).Columns / default(TTile).WarpsAcross);

    /// <summary>Sums over [firstK, endK); all copies have landed and all warps are through when it returns.</summary>
    public static TSum Multiply<TTile, TLayout, TNumbers, TSum>(
        ArrayView<byte> a, ArrayView<byte> b, TensorCorePlan plan, int row, int column, int firstK, int endK, uint shared)
        where TTile : struct, IMmaTile where TLayout : struct, IOperandLayout where TNumbers : struct, IOperandNumbers
        where TSum : struct
    {
        int threads = default(TTile).Threads, stages = default(TTile).Stages;
        uint panelsB = (uint)(default(TTile).Rows * PanelTile.RowBytes);
        var copyA = default(TLayout).TransposeA
            ? OperandCopy.Down<TNumbers>(plan.RowBytesA, row, plan.M, firstK, endK, threads, 0)
            : OperandCopy.Along<TNumbers>(plan.RowBytesA, row, plan.M, firstK, endK, threads, 0);
        var copyB = default(TLayout).TransposeB
            ? OperandCopy.Along<TNumbers>(plan.RowBytesB, column, plan.N, firstK, endK, threads, panelsB)
            : OperandCopy.Down<TNumbers>(plan.RowBytesB, column, plan.N, firstK, endK, threads, panelsB);
        var laneA = WarpLane.Of<TNumbers>(default(TLayout).TransposeA, isA: true, WarpRow<TTile>(), 0);
        var laneB = WarpLane.Of<TNumbers>(!default(TLayout).TransposeB, isA: false, WarpColumn<TTile>(), panelsB);

        int depth = PanelTile.RowBytes / default(TNumbers).Bytes;
        int parts = (endK - firstK + depth - 1) / depth;
        for (int part = 0; part < stages - 1; part++)
        {
            Copy<TTile, TLayout, TNumbers>(a, copyA, b, copyB, part, shared + (uint)(part * StageBytes<TTile>()));
            AsyncCopy.Commit();
        }
        TSum sum = default;
        int stage = 0;
        for (int part = 0; part < parts; part++)
        {
            AsyncCopy.WaitForAllBut(default(TTile).Stages - 2);
            // This part has landed for all threads, and all are through with the part before, whose stage is refilled.
            Group.Barrier();
            int free = stage == 0 ? stages - 1 : stage - 1;
            uint start = shared + (uint)(stage * StageBytes<TTile>()), rowA = start + laneA.Row, rowB = start + laneB.Row;
            sum = WarpTile.MultiplyAdd<TTile, TLayout, TNumbers, TSum>(
                sum, rowA, laneA.Chunk, rowB, laneB.Chunk, 0, default(TTile).StepsBeforeCopies);
            int next = part + stages - 1;
            // Copies of parts behind the last one only write zeros: between products that is cheaper than a branch, which would keep
            // instructions from mixing.
            if (default(TTile).StepsBeforeCopies > 0 || next < parts)
            {
                Copy<TTile, TLayout, TNumbers>(a, copyA, b, copyB, next, shared + (uint)(free * StageBytes<TTile>()));
            }
            AsyncCopy.Commit();
            sum = WarpTile.MultiplyAdd<TTile, TLayout, TNumbers, TSum>(
                sum, rowA, laneA.Chunk, rowB, laneB.Chunk, default(TTile).StepsBeforeCopies, WarpTile.Steps);
            stage = stage + 1 == stages ? 0 : stage + 1;
        }
        AsyncCopy.WaitForAllBut(0);
        Group.Barrier();
        return sum;
    }

    static void Copy<TTile, TLayout, TNumbers>(
        ArrayView<byte> a, OperandCopy copyA, ArrayView<byte> b, OperandCopy copyB, int part, uint stage)
        where TTile : struct, IMmaTile where TLayout : struct, IOperandLayout where TNumbers : struct, IOperandNumbers
    {
        int rows = default(TTile).Rows, columns = default(TTile).Columns, rowStep = default(TTile).Threads / 8;
        int depth = PanelTile.RowBytes / default(TNumbers).Bytes, panelBytes = depth * PanelTile.RowBytes;
        if (default(TLayout).TransposeA) copyA.Start(a, part, stage, depth / rowStep, rowStep, rows / depth, panelBytes, zeroRows: true);
        else copyA.Start(a, part, stage, rows / rowStep, rowStep, 1, 0, zeroRows: false);
        if (default(TLayout).TransposeB) copyB.Start(b, part, stage, columns / rowStep, rowStep, 1, 0, zeroRows: false);
        else copyB.Start(b, part, stage, depth / rowStep, rowStep, columns / depth, panelBytes, zeroRows: true);
    }
}
