using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda.Intrinsics;
using ILGPU;

namespace GpuLm.Kernels.MatMul.Cuda;

/// <summary>The main loop of the tensor-core kernels: a group multiplies its tile of C over a range of K.</summary>
static class TensorCoreTile
{
    /// <summary>Bytes of one stage: A's panels, then B's.</summary>
    public static int StageBytes<TTile>() where TTile : struct, ITileConfig =>
        (default(TTile).Rows + default(TTile).Columns) * WarpTile.RowBytes;

    /// <summary>Sums over [firstK, endK); all copies have landed and all warps are through when it returns.</summary>
    public static TSum Multiply<TTile, TLayout, TSum>(
        ArrayView<BFloat16> a, ArrayView<BFloat16> b, TensorCorePlan plan, int row, int column, int firstK, int endK, uint shared)
        where TTile : struct, ITileConfig where TLayout : struct, IOperandLayout where TSum : struct
    {
        int warp = Group.IdxX / Warps.Size, lane = Group.IdxX % Warps.Size;
        int warpRow = warp / default(TTile).WarpsAcross * (default(TTile).Rows / default(TTile).WarpsDown);
        int warpColumn = warp % default(TTile).WarpsAcross * (default(TTile).Columns / default(TTile).WarpsAcross);
        uint laneA = LaneRow(default(TLayout).TransposeA, true, warpRow, lane), chunkA = LaneChunk(default(TLayout).TransposeA, true, warpRow, lane);
        uint laneB = LaneRow(!default(TLayout).TransposeB, false, warpColumn, lane), chunkB = LaneChunk(!default(TLayout).TransposeB, false, warpColumn, lane);
        laneB += (uint)(default(TTile).Rows * WarpTile.RowBytes);

        int parts = (endK - firstK + WarpTile.Depth - 1) / WarpTile.Depth;
        for (int part = 0; part < default(TTile).Stages - 1; part++)
        {
            if (part < parts) Copy<TTile, TLayout>(a, b, plan, row, column, firstK + part * WarpTile.Depth, endK, shared + (uint)(part * StageBytes<TTile>()));
            AsyncCopy.Commit();
        }
        TSum sum = default;
        int stage = 0, free = default(TTile).Stages - 1;
        for (int part = 0; part < parts; part++)
        {
            AsyncCopy.WaitForAllBut(default(TTile).Stages - 2);
            // This part has landed for all threads, and all are through with the part before, whose stage is refilled.
            Group.Barrier();
            int next = part + default(TTile).Stages - 1;
            if (next < parts) Copy<TTile, TLayout>(a, b, plan, row, column, firstK + next * WarpTile.Depth, endK, shared + (uint)(free * StageBytes<TTile>()));
            AsyncCopy.Commit();
            uint start = shared + (uint)(stage * StageBytes<TTile>());
            sum = WarpTile.MultiplyAdd<TTile, TLayout, TSum>(sum, start + laneA, chunkA, start + laneB, chunkB);
            stage = stage + 1 == default(TTile).Stages ? 0 : stage + 1;
            free = free + 1 == default(TTile).Stages ? 0 : free + 1;
        }
        AsyncCopy.WaitForAllBut(0);
        Group.Barrier();
        return sum;
    }

    /// <summary>Where the row lies that a lane names in matrix loads, from the operand's first byte on.</summary>
    static uint LaneRow(bool kRunsDown, bool isA, int start, int lane)
    {
        int inBlock = kRunsDown == isA ? lane / 16 * 8 + lane % 8 : lane % 16;
        return kRunsDown
            ? (uint)((start / 64 * WarpTile.Depth + inBlock) * WarpTile.RowBytes)
            : (uint)((start + inBlock) * WarpTile.RowBytes);
    }

    /// <summary>The place of a lane's first chunk in its row, in bytes; later blocks and steps flip higher bits of it.</summary>
    static uint LaneChunk(bool kRunsDown, bool isA, int start, int lane)
    {
        int second = kRunsDown == isA ? lane / 8 % 2 : lane / 16;
        int first = kRunsDown ? start % 64 / 8 : 0;
        return (uint)(((first + second) ^ (lane % 8)) * 16);
    }

    static void Copy<TTile, TLayout>(
        ArrayView<BFloat16> a, ArrayView<BFloat16> b, TensorCorePlan plan, int row, int column, int k, int endK, uint stage)
        where TTile : struct, ITileConfig where TLayout : struct, IOperandLayout
    {
        if (default(TLayout).TransposeA) CopyDown<TTile>(a, plan.LeadingA, k, endK, row, plan.M, default(TTile).Rows / 64, stage);
        else CopyAlong<TTile>(a, plan.LeadingA, row, plan.M, k, endK, default(TTile).Rows / (default(TTile).Threads / 8), stage);
        uint stageB = stage + (uint)(default(TTile).Rows * WarpTile.RowBytes);
        if (default(TLayout).TransposeB) CopyAlong<TTile>(b, plan.LeadingB, column, plan.N, k, endK, default(TTile).Columns / (default(TTile).Threads / 8), stageB);
        else CopyDown<TTile>(b, plan.LeadingB, k, endK, column, plan.N, default(TTile).Columns / 64, stageB);
    }

    /// <summary>An operand whose rows in memory run along K: one panel.</summary>
    static void CopyAlong<TTile>(ArrayView<BFloat16> x, int leading, int row, int rows, int k, int endK, int count, uint panel)
        where TTile : struct, ITileConfig
    {
        int inPanel = Group.IdxX / 8, chunk = Group.IdxX % 8, first = k + 8 * chunk;
        int bytes = IntrinsicMath.Clamp(2 * (endK - first), 0, 16);
        // A chunk of which nothing is read may lie behind the operand's end: its address must still be valid.
        long at = bytes > 0 && row + inPanel < rows ? (long)(row + inPanel) * leading + first : 0;
        TileCopy.Start(
            panel + (uint)(inPanel * WarpTile.RowBytes + ((chunk ^ (inPanel % 8)) * 16)), ref x.Cast<UInt4>()[at / 8], 2L * default(TTile).Threads / 8 * leading,
            rows - row - inPanel, bytes, count, default(TTile).Threads / 8);
    }

    /// <summary>An operand whose rows in memory run across K: panels of 64 columns.</summary>
    static void CopyDown<TTile>(ArrayView<BFloat16> x, int leading, int k, int endK, int column, int columns, int panels, uint stage)
        where TTile : struct, ITileConfig
    {
        int inPanel = Group.IdxX / 8, chunk = Group.IdxX % 8;
        for (int panel = 0; panel < panels; panel++)
        {
            int first = column + 64 * panel + 8 * chunk;
            int bytes = IntrinsicMath.Clamp(2 * (columns - first), 0, 16);
            long at = bytes > 0 && k + inPanel < endK ? (long)(k + inPanel) * leading + first : 0;
            TileCopy.Start(
                stage + (uint)((panel * WarpTile.Depth + inPanel) * WarpTile.RowBytes + ((chunk ^ (inPanel % 8)) * 16)), ref x.Cast<UInt4>()[at / 8],
                2L * default(TTile).Threads / 8 * leading, endK - k - inPanel, bytes, WarpTile.Depth / (default(TTile).Threads / 8),
                default(TTile).Threads / 8);
        }
    }
}
