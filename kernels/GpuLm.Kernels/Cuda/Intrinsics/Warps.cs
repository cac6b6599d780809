using ILGPU;
using ILGPU.IR.Intrinsics;

namespace GpuLm.Kernels.Cuda.Intrinsics;

/// <summary>Exchange within a warp of 32 threads, all of which call together (PTX ISA, "shfl.sync", "redux.sync").</summary>
public static class Warps
{
    /// <summary>Threads of a warp.</summary>
    public const int Size = 32;

    /// <summary>The running thread's place in its warp.</summary>
    public static int Lane => Group.IdxX & (Size - 1);

    /// <summary>The running thread's warp, counted in its group.</summary>
    public static int Index => Group.IdxX >> 5;

    /// <summary>The value of the thread whose lane differs in the bits of <paramref name="mask"/>, a constant.</summary>
    [IntrinsicImplementation, Ptx("shfl.sync.bfly.b32 {r}, {0}, {#1}, 31, -1")]
    public static float ShuffleXor(float value, int mask) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>The value of the thread of a lane.</summary>
    [IntrinsicImplementation, Ptx("shfl.sync.idx.b32 {r}, {0}, {1}, 31, -1")]
    public static float Shuffle(float value, int lane) => throw PtxIntrinsics.OnlyOnCuda;

    /// <summary>The sum over the warp, for every thread; the order is fixed: neighbours first.</summary>
    public static float Sum(float value)
    {
        value += ShuffleXor(value, 1);
        value += ShuffleXor(value, 2);
        value += ShuffleXor(value, 4);
        value += ShuffleXor(value, 8);
        return value + ShuffleXor(value, 16);
    }

    /// <summary>The largest value of the warp, for every thread.</summary>
    public static float Max(float value)
    {
        value = IntrinsicMath.Max(value, ShuffleXor(value, 1));
        value = IntrinsicMath.Max(value, ShuffleXor(value, 2));
        value = IntrinsicMath.Max(value, ShuffleXor(value, 4));
        value = IntrinsicMath.Max(value, ShuffleXor(value, 8));
        return IntrinsicMath.Max(value, ShuffleXor(value, 16));
    }

    /// <summary>Waits for all threads of the warp and orders their accesses to memory.</summary>
    [IntrinsicImplementation, Ptx("bar.warp.sync -1")]
    public static void Synchronize() => throw PtxIntrinsics.OnlyOnCuda;
}
