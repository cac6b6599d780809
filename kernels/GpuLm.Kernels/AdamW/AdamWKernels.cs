using GpuLm.Kernels.Common;
using ILGPU;

namespace GpuLm.Kernels.AdamW;

/// <summary>
/// AdamW over a whole arena: m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g^2, p = (1 - lr decay) p - lr m' / (sqrt(v') +
/// epsilon) with m', v' corrected by 1 - beta^step, as PyTorch's torch.optim.AdamW.
/// </summary>
/// <remarks>
/// A group owns one run of elements; no barriers. Bound by memory: 28 bytes a parameter. The gradient's norm and the step's numbers are
/// read on the device: the host need not wait for the one, and the other may change between the runs of a captured graph.
/// </remarks>
public static partial class AdamWKernels
{
    /// <summary>The exponent bits of an infinity or a NaN.</summary>
    const uint Infinity = 0x7F80_0000;

    /// <summary>
    /// Updates [0, length), of which [0, decayLength) decays, by gradients scaled to a norm of at most factors.Clip. Where the norm is not
    /// finite nothing is written.
    /// </summary>
    public static void Step(
        ArrayView<float> parameters, ArrayView<float> gradients, ArrayView<float> first, ArrayView<float> second,
        ArrayView<float> gradientNorm, ArrayView<AdamWFactors> prepared, long length, long decayLength)
    {
        float norm = gradientNorm[0];
        if (IsFinite(norm))
        {
            var factors = prepared[0];
            float scale = Scale(norm, factors);
            long start = Share.Start(length), end = Share.End(length);
            long border = IntrinsicMath.Clamp(decayLength, start, end);
            if (start < border)
            {
                Moments.Update(
                    parameters.SubView(start, border - start), gradients.SubView(start, border - start),
                    first.SubView(start, border - start), second.SubView(start, border - start), scale, factors.Keep, factors);
            }
            if (border < end)
            {
                Moments.Update(
                    parameters.SubView(border, end - border), gradients.SubView(border, end - border),
                    first.SubView(border, end - border), second.SubView(border, end - border), scale, 1, factors);
            }
        }
    }

    // By its bits: ILGPU's back ends compare a NaN as if it were ordered.
    static bool IsFinite(float norm) => (Interop.FloatAsInt(norm) & Infinity) != Infinity;

    static float Scale(float norm, AdamWFactors factors) => factors.Clip > 0 && norm > factors.Clip ? factors.Clip / norm : 1;

    /// <summary>These kernels in the catalog; rows times columns are the elements, and all of them count as matrices.</summary>
    public static IEnumerable<KernelEntry> Entries =>
    [
        new("AdamW.Step", "AdamW", "RunPerGroup", typeof(AdamWKernels).GetMethod(nameof(Step))!,
            size => 15 * size.Elements, size => 28 * size.Elements),
        new("AdamW.StepVector", "AdamW", "VectorPerThread", typeof(FourPerThread).GetMethod(nameof(FourPerThread.Step))!,
            size => 15 * size.Elements, size => 30 * size.Elements, KernelTarget.Ampere),
        new("AdamW.StepWithoutMasters", "AdamW", "VectorPerThread",
        typeof(FourPerThread).GetMethod(nameof(FourPerThread.StepWithoutMasters))!,
            size => 15 * size.Elements, size => 24 * size.Elements, KernelTarget.Ampere),
    ];
}
