using ILGPU;

namespace GpuLm.Kernels.AdamW;

/// <summary>The device bodies of <see cref="Moments"/>: the group's threads stride over the run.</summary>
static class MomentsOnDevice
{
    public static void Update(
        ArrayView<float> parameters, ArrayView<float> gradients, ArrayView<float> first, ArrayView<float> second,
        float scale, float keep, AdamWFactors factors)
    {
        for (long i = Group.IdxX; i < parameters.Length; i += Group.DimX)
        {
            UpdateOne(ref parameters[i], gradients[i] * scale, ref first[i], ref second[i], keep, factors);
        }
    }

    /// <summary>The update of one parameter, from its scaled gradient.</summary>
    public static void UpdateOne(ref float parameter, float gradient, ref float first, ref float second, float keep, AdamWFactors factors)
    {
        float newFirst = first + factors.First * (gradient - first);
        float newSecond = factors.Beta2 * second + factors.Second * (gradient * gradient);
        first = newFirst;
        second = newSecond;
        parameter = keep * parameter - factors.StepSize * (newFirst / (MathF.Sqrt(newSecond) * factors.RootCorrection + factors.Epsilon));
    }
}
