using ILGPU;

namespace GpuLm.Kernels.Primitives;

/// <summary>
/// The device bodies of <see cref="Row"/>: the group's threads stride over the row and reduce through <see cref="GroupReduce"/>.
/// </summary>
static class RowOnDevice
{
    public static float Max(ArrayView<float> x)
    {
        float max = float.NegativeInfinity;
        for (int i = Group.IdxX; i < x.IntLength; i += Group.DimX) max = IntrinsicMath.Max(max, x[i]);
        return GroupReduce.Max(max);
    }

    public static float Sum(ArrayView<float> x)
    {
        float sum = 0;
        for (int i = Group.IdxX; i < x.IntLength; i += Group.DimX) sum += x[i];
        return GroupReduce.Sum(sum);
    }

    public static float Dot(ArrayView<float> x, ArrayView<float> y)
    {
        float sum = 0;
        for (int i = Group.IdxX; i < x.IntLength; i += Group.DimX) sum += x[i] * y[i];
        return GroupReduce.Sum(sum);
    }

    public static void Scale(ArrayView<float> x, float factor, ArrayView<float> y)
    {
        for (int i = Group.IdxX; i < x.IntLength; i += Group.DimX) y[i] = x[i] * factor;
    }

    public static void Add(ArrayView<float> a, ArrayView<float> b, ArrayView<float> y)
    {
        for (int i = Group.IdxX; i < y.IntLength; i += Group.DimX) y[i] = a[i] + b[i];
    }

    public static void Fill(ArrayView<float> y, float value)
    {
        for (int i = Group.IdxX; i < y.IntLength; i += Group.DimX) y[i] = value;
    }

    public static void Set(ArrayView<float> y, int index, float value)
    {
        if (Group.IdxX == 0) y[index] = value;
    }
}
