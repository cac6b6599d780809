using GpuLm.Kernels.Common;
using GpuLm.Kernels.Reduction;
using ILGPU;

namespace GpuLm.Kernels.GradientNorm;

/// <summary>
/// The Euclidean norm of the whole gradient in two stages, without atomics and in a fixed order, as <see cref="ReductionKernels"/> sums.
/// </summary>
public static partial class GradientNormKernels
{
    /// <summary>The exponent bits of an infinity or a NaN.</summary>
    const uint Infinity = 0x7F80_0000;

    /// <summary>partials[p] = sum of the squares of part p of gradients[0 .. length). No part is empty; a group owns some.</summary>
    public static void PartialSquares(ArrayView<float> gradients, long length, int parts, ArrayView<float> partials)
    {
        for (int part = Share.Start(parts), end = Share.End(parts); part < end; part++)
        {
            long first = length * part / parts, count = length * (part + 1L) / parts - first;
            float sum = Block.SumOfSquares(gradients.SubView(first, count));
            if (Group.IdxX == 0) partials[part] = sum;
        }
    }

    /// <summary>norm[0] = sqrt(sum_p partials[p]). One group.</summary>
    public static void Norm(ArrayView<float> partials, int parts, ArrayView<float> norm)
    {
        float sum = Block.Sum(partials.SubView(0, parts));
        if (Group.IdxX == 0) norm[0] = MathF.Sqrt(sum);
    }

    /// <summary>norm[0] = sqrt(sum_p partials[p]), or NaN where loss[0] is infinite or NaN. One group.</summary>
    public static void NormOfFiniteLoss(ArrayView<float> partials, int parts, ArrayView<float> loss, ArrayView<float> norm)
    {
        float sum = Block.Sum(partials.SubView(0, parts));
        // By its bits: ILGPU's back ends compare a NaN as if it were ordered.
        bool finite = (Interop.FloatAsInt(loss[0]) & Infinity) != Infinity;
        if (Group.IdxX == 0) norm[0] = finite ? MathF.Sqrt(sum) : float.NaN;
    }

    /// <summary>These kernels in the catalog; rows times columns are the elements.</summary>
    public static IEnumerable<KernelEntry> Entries =>
    [
        new("GradientNorm.PartialSquares", "GradientNorm", "PartPerGroup", typeof(GradientNormKernels).GetMethod(nameof(PartialSquares))!,
            size => 2 * size.Elements, size => 4 * size.Elements),
        new("GradientNorm.Norm", "GradientNorm", "OneGroup", typeof(GradientNormKernels).GetMethod(nameof(Norm))!,
            size => size.Elements, size => 4 * size.Elements),
        new("GradientNorm.PartialSquaresVector", "GradientNorm", "FourPerThread",
            typeof(FourPerThread).GetMethod(nameof(FourPerThread.PartialSquares))!, size => 2 * size.Elements, size => 4 * size.Elements,
            KernelTarget.Ampere),
        new("GradientNorm.NormOfFiniteLoss", "GradientNorm", "OneGroup", typeof(GradientNormKernels).GetMethod(nameof(NormOfFiniteLoss))!,
            size => size.Elements, size => 4 * size.Elements),
    ];
}
