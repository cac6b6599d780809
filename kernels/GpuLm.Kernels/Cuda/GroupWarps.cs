using GpuLm.Kernels.Cuda.Intrinsics;
using ILGPU;

namespace GpuLm.Kernels.Cuda;

/// <summary>
/// Device code: all threads of a group of whole warps combine one value each and all get the result, in a fixed order: within each warp by
/// shuffles, then the warps' results. Two barriers enclose every use of the shared memory, so calls may follow each other.
/// </summary>
static class GroupWarps
{
    public static float Sum(float value)
    {
        var shared = SharedMemory.Allocate<float>(Warps.Size);
        value = Warps.Sum(value);
        if (Lane == 0) shared[Warp] = value;
        Group.Barrier();
        value = Warps.Sum(Lane < Count ? shared[Lane] : 0);
        Group.Barrier();
        return value;
    }

    public static float Max(float value)
    {
        var shared = SharedMemory.Allocate<float>(Warps.Size);
        value = Warps.Max(value);
        if (Lane == 0) shared[Warp] = value;
        Group.Barrier();
        value = Warps.Max(Lane < Count ? shared[Lane] : float.MinValue);
        Group.Barrier();
        return value;
    }

    /// <summary>The running thread's place in its warp.</summary>
    public static int Lane => Group.IdxX & (Warps.Size - 1);

    /// <summary>The running thread's warp.</summary>
    public static int Warp => Group.IdxX / Warps.Size;

    /// <summary>Warps of the group.</summary>
    public static int Count => Group.DimX / Warps.Size;
}
