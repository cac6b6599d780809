using GpuLm.Kernels.Primitives;
using ILGPU;

namespace GpuLm.Kernels.LayerNorm;

/// <summary>The device bodies of <see cref="LayerNormRow"/>: thread t owns elements t, t + group size, ... of the row.</summary>
static class LayerNormRowOnDevice
{
    public static float ReciprocalDeviation(ArrayView<float> x, float mean, float epsilon)
    {
        float sum = 0;
        for (int i = Group.IdxX; i < x.IntLength; i += Group.DimX) sum += (x[i] - mean) * (x[i] - mean);
        return 1f / MathF.Sqrt(GroupReduce.Sum(sum) / x.IntLength + epsilon);
    }

    public static void Normalize(
        ArrayView<float> x, float mean, float rstd, ArrayView<float> weight, ArrayView<float> bias, ArrayView<float> y)
    {
        for (int i = Group.IdxX; i < x.IntLength; i += Group.DimX) y[i] = (x[i] - mean) * rstd * weight[i] + bias[i];
    }

    public static void Backward(
        ArrayView<float> dY, ArrayView<float> x, ArrayView<float> weight, float mean, float rstd, ArrayView<float> dResidual,
        int hasResidual,
        ArrayView<float> dX, ArrayView<float> dWeight, ArrayView<float> dBias)
    {
        float sumG = 0, sumGN = 0;
        for (int i = Group.IdxX; i < x.IntLength; i += Group.DimX)
        {
            float g = dY[i] * weight[i], normal = (x[i] - mean) * rstd;
            sumG += g;
            sumGN += g * normal;
            dWeight[i] += dY[i] * normal;
            dBias[i] += dY[i];
        }
        float meanG = GroupReduce.Sum(sumG) / x.IntLength, meanGN = GroupReduce.Sum(sumGN) / x.IntLength;
        for (int i = Group.IdxX; i < x.IntLength; i += Group.DimX)
        {
            float inner = (dY[i] * weight[i] - meanG - (x[i] - mean) * rstd * meanGN) * rstd;
            dX[i] = hasResidual != 0 ? dResidual[i] + inner : inner;
        }
    }
}
