using ILGPU;

namespace GpuLm.Kernels.Common;

/// <summary>
/// How groups divide work: group <c>g</c> of <c>G</c> owns the items <c>[g n / G, (g + 1) n / G)</c>. A kernel that loops over its
/// share is right for any grid: a CPU launches one group a core, a GPU one group an item.
/// </summary>
public static class Share
{
    /// <summary>The first of <paramref name="items"/> items that the running group owns.</summary>
    public static int Start(int items) => (int)((long)items * Grid.IdxX / Grid.DimX);

    /// <summary>One past the last of <paramref name="items"/> items that the running group owns.</summary>
    public static int End(int items) => (int)((long)items * (Grid.IdxX + 1) / Grid.DimX);

    /// <summary>The first of <paramref name="items"/> items that the running group owns.</summary>
    public static long Start(long items) => items * Grid.IdxX / Grid.DimX;

    /// <summary>One past the last of <paramref name="items"/> items that the running group owns.</summary>
    public static long End(long items) => items * (Grid.IdxX + 1L) / Grid.DimX;
}
