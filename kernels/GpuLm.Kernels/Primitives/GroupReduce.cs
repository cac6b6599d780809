using ILGPU;

namespace GpuLm.Kernels.Primitives;

/// <summary>
/// Device code: all threads of a group combine one value each and all get the result. A tree in shared memory in a fixed order, so the
/// same input gives the same bits. The group's size is any number up to <see cref="MaxGroupSize"/>. Two barriers enclose every use of
/// the shared memory, so calls may follow each other.
/// </summary>
static class GroupReduce
{
    public const int MaxGroupSize = 1024;

    public static float Sum(float value)
    {
        var shared = SharedMemory.Allocate<float>(MaxGroupSize);
        shared[Group.IdxX] = value;
        Group.Barrier();
        for (int active = Group.DimX; active > 1;)
        {
            int half = (active + 1) / 2;
            if (Group.IdxX + half < active) shared[Group.IdxX] += shared[Group.IdxX + half];
            Group.Barrier();
            active = half;
        }
        value = shared[0];
        Group.Barrier();
        return value;
    }

    public static float Max(float value)
    {
        var shared = SharedMemory.Allocate<float>(MaxGroupSize);
        shared[Group.IdxX] = value;
        Group.Barrier();
        for (int active = Group.DimX; active > 1;)
        {
            int half = (active + 1) / 2;
            if (Group.IdxX + half < active) shared[Group.IdxX] = IntrinsicMath.Max(shared[Group.IdxX], shared[Group.IdxX + half]);
            Group.Barrier();
            active = half;
        }
        value = shared[0];
        Group.Barrier();
        return value;
    }
}
