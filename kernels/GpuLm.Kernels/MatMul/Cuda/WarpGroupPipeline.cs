using GpuLm.Kernels.Cuda;
using GpuLm.Kernels.Cuda.Intrinsics;
using ILGPU;

namespace GpuLm.Kernels.MatMul.Cuda;

/// <summary>
/// The ring of stages between the warp that copies and the warp groups that multiply. Of each stage one barrier says that it is full
/// (an arrival, and the bytes of its copies) and one that it is empty (an arrival of each multiplying warp).
/// </summary>
static class WarpGroupPipeline
{
    const int MultiplyingWarps = 8;

    /// <summary>Bytes of one stage: A's panels, then B's.</summary>
    public static int StageBytes<TTile>() where TTile : struct, IWarpGroupConfig =>
        (default(TTile).Rows + default(TTile).Columns) * MatrixDescriptor.RowBytes;

    /// <summary>Bytes of all stages; the barriers follow.</summary>
    public static int Bytes<TTile>() where TTile : struct, IWarpGroupConfig => default(TTile).Stages * StageBytes<TTile>();

    /// <summary>Bytes of the barriers, with those that keep what follows at a multiple of 128.</summary>
    public const int BarrierBytes = 128;

    /// <summary>Makes the barriers; one thread does it, and a group barrier follows.</summary>
    public static void Initialize<TTile>(uint shared) where TTile : struct, IWarpGroupConfig
    {
        for (int stage = 0; stage < default(TTile).Stages; stage++)
        {
            MemoryBarrier.Initialize(Full<TTile>(shared, stage), 1);
            MemoryBarrier.Initialize(Empty<TTile>(shared, stage), MultiplyingWarps);
        }
        MemoryBarrier.PublishInitialized();
    }

    /// <summary>Copies the operands of all tiles of this group, stage after stage; one thread does it.</summary>
    public static void Fill<TTile, TLayout>(ArrayView<TensorMap> a, ArrayView<TensorMap> b, TensorCorePlan plan, uint shared)
        where TTile : struct, IWarpGroupConfig where TLayout : struct, IOperandLayout
    {
        BulkCopy.Acquire(ref a[0]);
        BulkCopy.Acquire(ref b[0]);
        int stage = 0, parity = 1;   // the phase before the first: all stages are empty
        for (int tile = Grid.IdxX; tile < plan.TilesDown * plan.TilesAcross; tile += Grid.DimX)
        {
            int row = TileOrder.Down(tile, plan) * default(TTile).Rows, column = TileOrder.Across(tile, plan) * default(TTile).Columns;
            for (int k = 0; k < plan.K; k += WarpGroupTile.Depth)
            {
                MemoryBarrier.Wait(Empty<TTile>(shared, stage), parity);
                uint full = Full<TTile>(shared, stage), start = shared + (uint)(stage * StageBytes<TTile>());
                MemoryBarrier.ArriveAndExpect(full, StageBytes<TTile>());
                Load(ref a[0], default(TLayout).TransposeA, row, k, default(TTile).Rows, start, full);
                Load(ref b[0], !default(TLayout).TransposeB, column, k, default(TTile).Columns, start + (uint)(default(TTile).Rows * MatrixDescriptor.RowBytes), full);
                stage++;
                if (stage == default(TTile).Stages) (stage, parity) = (0, parity ^ 1);
            }
        }
    }

    /// <summary>An operand's part of a stage: one box where its rows run along K, else a panel for each 64 of its columns.</summary>
    static void Load(ref TensorMap map, bool acrossK, int first, int k, int length, uint shared, uint full)
    {
        if (!acrossK)
        {
            BulkCopy.Load(shared, ref map, k, first, full);
            return;
        }
        for (int panel = 0; panel < length; panel += 64)
        {
            BulkCopy.Load(shared + (uint)(panel * MatrixDescriptor.RowBytes), ref map, first + panel, k, full);
        }
    }

    /// <summary>
    /// One tile's sums over all of K for this warp group. The wgmma of one stage are at work while those of the next are started; then the
    /// stage before is free. <paramref name="ring"/> counts the stages that this group has used so far.
    /// </summary>
    public static TSum Multiply<TTile, TLayout, TSum>(TensorCorePlan plan, uint shared, int half, int ring)
        where TTile : struct, IWarpGroupConfig where TLayout : struct, IOperandLayout where TSum : struct
    {
        uint startA = shared + (uint)(half * default(TTile).Rows / 2 * MatrixDescriptor.RowBytes);
        uint startB = shared + (uint)(default(TTile).Rows * MatrixDescriptor.RowBytes);
        ulong a = default(TLayout).TransposeA ? MatrixDescriptor.AcrossK(startA, PanelBytes) : MatrixDescriptor.AlongK(startA);
        ulong b = default(TLayout).TransposeB ? MatrixDescriptor.AlongK(startB) : MatrixDescriptor.AcrossK(startB, PanelBytes);
        int stage = ring % default(TTile).Stages, parity = ring / default(TTile).Stages & 1, previous = -1;
        TSum sum = default;
        for (int k = 0; k < plan.K; k += WarpGroupTile.Depth)
        {
            MemoryBarrier.Wait(Full<TTile>(shared, stage), parity);
            ulong offset = (ulong)(uint)(stage * StageBytes<TTile>() / 16);
            WarpGroups.Fence();
            sum = WarpGroupTile.MultiplyAdd<TTile, TLayout, TSum>(sum, a + offset, b + offset);
            WarpGroups.Commit();
            WarpGroups.WaitForAllBut(1);
            if (previous >= 0) Release<TTile>(shared, previous);
            previous = stage;
            stage++;
            if (stage == default(TTile).Stages) (stage, parity) = (0, parity ^ 1);
        }
        WarpGroups.WaitForAllBut(0);
        Release<TTile>(shared, previous);
        return sum;
    }

    const int PanelBytes = WarpGroupTile.Depth * MatrixDescriptor.RowBytes;

    static void Release<TTile>(uint shared, int stage) where TTile : struct, IWarpGroupConfig
    {
        if (Group.IdxX % Warps.Size == 0) MemoryBarrier.Arrive(Empty<TTile>(shared, stage));
    }

    static uint Full<TTile>(uint shared, int stage) where TTile : struct, IWarpGroupConfig =>
        shared + (uint)(Bytes<TTile>() + 2 * stage * MemoryBarrier.Bytes);

    static uint Empty<TTile>(uint shared, int stage) where TTile : struct, IWarpGroupConfig => Full<TTile>(shared, stage) + MemoryBarrier.Bytes;
}
