using ILGPU;

namespace GpuLm.Kernels.Gelu;

/// <summary>Device code: GELU in its tanh form and its gradient for one value, as <see cref="SimdGelu"/> writes them for vectors.</summary>
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
}
