using GpuLm.Kernels.Cuda.Intrinsics;
using GpuLm.Kernels.Cuda.Tiles;
using ILGPU;

namespace GpuLm.Kernels.MatMul.Cuda.Mma;

/// <summary>Where a lane finds its numbers of an operand's tile in shared memory.</summary>
readonly struct WarpLane
{
    /// <summary>Bytes from the stage's start to the lane's first row.</summary>
    public readonly uint Row;

    /// <summary>The place of the lane's first chunk in its row, in bytes; later blocks and steps flip higher bits of it.</summary>
    public readonly uint Chunk;

    WarpLane(int row, int chunk, uint start) =>
        (Row, Chunk) = (Evaluate.Here(start + (uint)(row * PanelTile.RowBytes)), Evaluate.Here((uint)chunk));

    /// <param name="kRunsDown">Whether K runs down the operand's panels.</param>
    /// <param name="isA">Whether the operand is A: the matrices of a block lie in another order than B's.</param>
    /// <param name="first">The warp's first row or column in the tile; a multiple of 32.</param>
    /// <param name="start">The operand's place in a stage.</param>
    public static WarpLane Of<TNumbers>(bool kRunsDown, bool isA, int first, uint start) where TNumbers : struct, IOperandNumbers
    {
        int lane = Warps.Lane, depth = PanelTile.RowBytes / default(TNumbers).Bytes;
        if (kRunsDown && default(TNumbers).Bytes == 4)
        {
            int group = lane >> 2, inGroup = lane & 3;   // the word (K inGroup, column group), no matrix load
            return new(first + inGroup, 16 * ((group >> 2) ^ WarpTile.TwistDown<TNumbers>(inGroup)) + 4 * (group & 3), start);
        }
        int paired = ((lane >> 4) << 3) + (lane & 7), single = lane & 15;
        int inBlock = kRunsDown == isA ? paired : single, second = kRunsDown == isA ? (lane >> 3) & 1 : lane >> 4;
        return kRunsDown
            ? new(first / depth * depth + inBlock, 16 * ((first % depth / 8 + second) ^ (lane & 7)), start)
            : new(first + inBlock, 16 * (second ^ (lane & 7)), start);
    }
}
