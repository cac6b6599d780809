using GpuLm.Kernels.Cuda;
using GpuLm.Kernels.Cuda.Intrinsics;
using ILGPU;

namespace GpuLm.Kernels.MatMul.Cuda.Wgmma;

/// <summary>
/// The main loop of Hopper's product: the ring of stages between the warp that copies and the warp groups that multiply. Of each stage one
/// barrier says that it is full (an arrival, and the bytes of its copies) and one that it is empty (an arrival of each multiplying warp).
/// </summary>
static class WarpGroupPipeline
{
    const int MultiplyingWarps = 8, BarrierBytes = 256, PanelBytes = WarpGroupTile.Depth * MatrixDescriptor.RowBytes;

    /// <summary>Bytes of one stage: A's panels, then B's.</summary>
    public static int StageBytes<TTile>() where TTile : struct, IWgmmaTile =>
        (default(TTile).Rows + default(TTile).Columns) * MatrixDescriptor.RowBytes;

    /// <summary>Bytes of all stages and, behind them, the barriers; a multiple of 256.</summary>
    public static int Bytes<TTile>() where TTile : struct, IWgmmaTile => default(TTile).Stages * StageBytes<TTile>() + BarrierBytes;

    /// <summary>Makes the barriers; one thread does it, and a group barrier follows.</summary>
    public static void Initialize<TTile>(uint shared) where TTile : struct, IWgmmaTile
    {
        for (int stage = 0; stage < default(TTile).Stages; stage++)
        {
            MemoryBarrier.Initialize(Full<TTile>(shared, stage), 1);
            MemoryBarrier.Initialize(Empty<TTile>(shared, stage), MultiplyingWarps);
        }
        MemoryBarrier.PublishInitialized();
    }

    /// <summary>Copies the operands of all of this group's work, stage after stage; one thread does it.</summary>
    public static void Fill<TTile, TLayout>(ArrayView<TensorMapPart> a, ArrayView<TensorMapPart> b, TensorCorePlan plan, uint shared)
        where TTile : struct, IWgmmaTile where TLayout : struct, IOperandLayout
    {
        BulkCopy.Acquire(ref a[0]);
        BulkCopy.Acquire(ref b[0]);
        int stage = 0, parity = 1;   // the phase before the first: all stages are empty
        for (int number = Grid.IdxX; number < WarpGroupWork.Count(plan); number += Grid.DimX)
        {
            var work = WarpGroupWork.At<TTile>(number, plan);
            for (int k = work.FirstK; k < work.EndK; k += WarpGroupTile.Depth)
            {
                MemoryBarrier.Wait(Empty<TTile>(shared, stage), parity);
                uint full = Full<TTile>(shared, stage), start = shared + (uint)(stage * StageBytes<TTile>());
                MemoryBarrier.ArriveAndExpect(full, StageBytes<TTile>());
                Load(ref a[0], default(TLayout).TransposeA, work.Row, k, default(TTile).Rows, start, full);
                start += (uint)(default(TTile).Rows * MatrixDescriptor.RowBytes);
                Load(ref b[0], !default(TLayout).TransposeB, work.Column, k, default(TTile).Columns, start, full);
                stage++;
                if (stage == default(TTile).Stages) (stage, parity) = (0, parity ^ 1);
            }
        }
    }

    /// <summary>An operand's part of a stage: one box where its rows run along K, else a panel for each 64 of its columns.</summary>
    static void Load(ref TensorMapPart map, bool acrossK, int first, int k, int length, uint shared, uint full)
    {
        if (!acrossK)
        {
            BulkCopy.Load(shared, ref map, k, first, full);
            return;
        }
        for (int panel = 0; panel < length; panel += WarpGroupTile.PanelColumns)
        {
            BulkCopy.Load(shared + (uint)(panel * MatrixDescriptor.RowBytes), ref map, first + panel, k, full);
        }
    }

    /// <summary>
    /// The sums of a piece of work for this warp group's half of the tile. The wgmma of one stage are at work while those of the next are
    /// started; then the stage before is free. <paramref name="ring"/> counts the stages that this group has used so far.
    /// </summary>
    public static TSum Multiply<TTile, TLayout, TSum>(WarpGroupWork work, uint shared, int half, int ring)
        where TTile : struct, IWgmmaTile where TLayout : struct, IOperandLayout where TSum : struct
    {
        uint startA = shared + (uint)(half * (default(TTile).Rows / 2) * MatrixDescriptor.RowBytes);
        uint startB = shared + (uint)(default(TTile).Rows * MatrixDescriptor.RowBytes);
        ulong a = default(TLayout).TransposeA ? MatrixDescriptor.AcrossK(startA, PanelBytes) : MatrixDescriptor.AlongK(startA);
        ulong b = default(TLayout).TransposeB ? MatrixDescriptor.AlongK(startB) : MatrixDescriptor.AcrossK(startB, PanelBytes);
        int stage = ring % default(TTile).Stages, parity = ring / default(TTile).Stages & 1, previous = -1;
        TSum sum = default;
        for (int part = 0; part < work.Parts; part++)
        {
            MemoryBarrier.Wait(Full<TTile>(shared, stage), parity);
            ulong offset = (ulong)(uint)(stage * (StageBytes<TTile>() / 16));
            WarpGroups.Fence();
            sum = WarpGroupTile.MultiplyAdd<TTile, TLayout, TSum>(sum, a + offset, b + offset);
            WarpGroups.Commit();
            WarpGroups.WaitForAllBut(1);
            Release<TTile>(shared, previous);
            previous = stage;
            stage++;
            if (stage == default(TTile).Stages) (stage, parity) = (0, parity ^ 1);
        }
        WarpGroups.WaitForAllBut(0);
        Release<TTile>(shared, previous);
        return sum;
    }

    /// <summary>This warp is through with a stage; -1 is none.</summary>
    static void Release<TTile>(uint shared, int stage) where TTile : struct, IWgmmaTile
    {
        if (stage >= 0 && Warps.Lane == 0) MemoryBarrier.Arrive(Empty<TTile>(shared, stage));
    }

    static uint Full<TTile>(uint shared, int stage) where TTile : struct, IWgmmaTile =>
        shared + (uint)(default(TTile).Stages * StageBytes<TTile>() + 2 * stage * MemoryBarrier.Bytes);

    static uint Empty<TTile>(uint shared, int stage) where TTile : struct, IWgmmaTile => Full<TTile>(shared, stage) + MemoryBarrier.Bytes;
}
