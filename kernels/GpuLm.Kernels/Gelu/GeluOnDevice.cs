using ILGPU;

namespace GpuLm.Kernels.Gelu;

/// <summary>
/// Device code: GELU and its gradient for one value, in the tanh and the erf form, as <see cref="SimdGelu"/> writes them for vectors.
/// </summary>
static class GeluOnDevice
{
    public static float Tanh(float x) => x * Gate(x);

    public static float TanhGradient(float x)
    {
        float gate = Gate(x);
        return gate + gate * (1f - gate) * x * (SimdGelu.TwoRoot + SimdGelu.SixRootCubic * x * x);
    }

    // The clamp keeps e^-2u finite; beyond it the sigmoid is 0 or 1 in fp32.
    static float Gate(float x) =>
        1f / (1f + MathF.Exp(-IntrinsicMath.Clamp(x * (SimdGelu.TwoRoot + SimdGelu.TwoRootCubic * x * x), -87f, 87f)));

    public static float Erf(float x) => x * Phi(x);

    public static float ErfGradient(float x) =>
        Phi(x) + x * SimdGelu.NormalDensityAtZero * MathF.Exp(IntrinsicMath.Max(-87f, -0.5f * x * x));

    static float Phi(float x) => 0.5f + 0.5f * ErrorFunction(x * SimdGelu.RootHalf);

    // As SimdMath.Erf.
    static float ErrorFunction(float x)
    {
        float magnitude = IntrinsicMath.Min(10f, IntrinsicMath.Abs(x)), square = magnitude * magnitude, result;
        if (magnitude < 0.927734375f)
        {
            float q = -5.96761703e-4f * square + 4.99119423e-3f;
            q = q * square - 2.67681349e-2f;
            q = q * square + 1.12819925e-1f;
            q = q * square - 3.76125336e-1f;
            q = q * square + 1.28379166e-1f;
            result = q * magnitude + magnitude;
        }
        else
        {
            float p = (-1.72853470e-5f * magnitude + 3.83197126e-4f) * square + (-3.88396438e-3f * magnitude + 2.42546219e-2f);
            p = p * magnitude - 1.06777877e-1f;
            p = p * magnitude - 6.34846687e-1f;
            p = p * magnitude - 1.28717512e-1f;
            result = 1f - MathF.Exp(IntrinsicMath.Max(-87f, p * magnitude - magnitude));
        }
        return x < 0f ? -result : result;
    }
}
