using GpuLm.Kernels.Common;
using ILGPU;

namespace GpuLm.Kernels.Reduction;

/// <summary>
/// Sums in two stages, without atomics: the elements are cut into a number of parts that depends on the length alone, a group sums
/// whole parts, and one group sums the parts in a fixed order. So the result has the same bits for every grid of a device.
/// </summary>
public static class ReductionKernels
{
    /// <summary>partials[p] = sum of part p of x[0 .. length). No part is empty; a group owns some.</summary>
    public static void PartialSums(ArrayView<float> x, long length, int parts, ArrayView<float> partials)
    {
        for (int part = Share.Start(parts), end = Share.End(parts); part < end; part++)
        {
            long first = length * part / parts, count = length * (part + 1L) / parts - first;
            float sum = Block.Sum(x.SubView(first, count));
            if (Group.IdxX == 0) partials[part] = sum;
        }
    }

    /// <summary>result[0] = factor * sum of x[0 .. length). One group.</summary>
    public static void Total(ArrayView<float> x, long length, float factor, ArrayView<float> result)
    {
        float sum = Block.Sum(x.SubView(0, length));
        if (Group.IdxX == 0) result[0] = factor * sum;
    }

    /// <summary>These kernels in the catalog; rows times columns are the elements.</summary>
    public static IEnumerable<KernelEntry> Entries =>
    [
        new("Reduction.PartialSums", "Reduction", "PartPerGroup", typeof(ReductionKernels).GetMethod(nameof(PartialSums))!,
            size => size.Elements, size => 4 * size.Elements),
        new("Reduction.Total", "Reduction", "OneGroup", typeof(ReductionKernels).GetMethod(nameof(Total))!,
            size => size.Elements, size => 4 * size.Elements),
    ];
}
