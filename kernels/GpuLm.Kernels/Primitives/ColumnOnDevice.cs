using ILGPU;

namespace GpuLm.Kernels.Primitives;

/// <summary>The device bodies of <see cref="Column"/>: a thread owns columns, so that neighbours read neighbouring elements.</summary>
static class ColumnOnDevice
{
    public static void Sum(ArrayView<float> x, int rows, int stride, int accumulate, ArrayView<float> y)
    {
        for (int j = Group.IdxX; j < y.IntLength; j += Group.DimX)
        {
            float sum = accumulate != 0 ? y[j] : 0f;
            for (int i = 0; i < rows; i++) sum += x[(long)i * stride + j];
            y[j] = sum;
        }
    }
}
