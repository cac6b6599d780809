using ILGPU;

namespace GpuLm.Kernels.Probe;

/// <summary>The device bodies of <see cref="ProbeWork"/>.</summary>
static class ProbeWorkOnDevice
{
    /// <summary>Values of each thread in flight; its group owns this many times its size.</summary>
    public const int Chains = 8;

    /// <summary>Multiply-adds on each value between two tests of the loop: ILGPU does not unroll.</summary>
    public const int Unrolled = 4;

    public static void MultiplyAdd(float factor, float term, int iterations, ArrayView<float> y)
    {
        int i = Group.IdxX, step = Group.DimX;
        float a = y[i], b = y[i + step], c = y[i + 2 * step], d = y[i + 3 * step];
        float e = y[i + 4 * step], f = y[i + 5 * step], g = y[i + 6 * step], h = y[i + 7 * step];
        for (int n = 0; n < iterations; n += Unrolled)
        {
            a = a * factor + term; b = b * factor + term; c = c * factor + term; d = d * factor + term;
            e = e * factor + term; f = f * factor + term; g = g * factor + term; h = h * factor + term;
            a = a * factor + term; b = b * factor + term; c = c * factor + term; d = d * factor + term;
            e = e * factor + term; f = f * factor + term; g = g * factor + term; h = h * factor + term;
            a = a * factor + term; b = b * factor + term; c = c * factor + term; d = d * factor + term;
            e = e * factor + term; f = f * factor + term; g = g * factor + term; h = h * factor + term;
            a = a * factor + term; b = b * factor + term; c = c * factor + term; d = d * factor + term;
            e = e * factor + term; f = f * factor + term; g = g * factor + term; h = h * factor + term;
        }
        y[i] = a; y[i + step] = b; y[i + 2 * step] = c; y[i + 3 * step] = d;
        y[i + 4 * step] = e; y[i + 5 * step] = f; y[i + 6 * step] = g; y[i + 7 * step] = h;
    }

    public static void Triad(ArrayView<float> a, ArrayView<float> b, float factor, ArrayView<float> y)
    {
        for (int i = Group.IdxX; i < y.IntLength; i += Group.DimX) y[i] = a[i] + factor * b[i];
    }
}
