using GpuLm.Kernels.Cuda.Intrinsics;
using ILGPU;

namespace GpuLm.Kernels.Cuda.Rows;

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
        if (Warps.Lane == 0) shared[Warps.Index] = value;
        Group.Barrier();
        value = Warps.Sum(Warps.Lane < Count ? shared[Warps.Lane] : 0);
        Group.Barrier();
        return value;
    }

    public static float Max(float value)
    {
        var shared = SharedMemory.Allocate<float>(Warps.Size);
        value = Warps.Max(value);
        if (Warps.Lane == 0) shared[Warps.Index] = value;
        Group.Barrier();
        value = Warps.Max(Warps.Lane < Count ? shared[Warps.Lane] : float.MinValue);
        Group.Barrier();
        return value;
    }

    /// <summary>Warps of the group.</summary>
    public static int Count => Group.DimX / Warps.Size;
}
