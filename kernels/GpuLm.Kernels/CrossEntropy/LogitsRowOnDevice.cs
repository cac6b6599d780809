using GpuLm.Kernels.Primitives;
using ILGPU;

namespace GpuLm.Kernels.CrossEntropy;

/// <summary>The device bodies of <see cref="LogitsRow"/>: a running maximum and sum a thread, then the group's.</summary>
static class LogitsRowOnDevice
{
    public static float LogSumExp(ArrayView<float> x)
    {
        var (max, sum) = Statistics(x);
        return max + MathF.Log(sum);
    }

    public static float WriteGradient(ArrayView<float> x, int target, float factor)
    {
        var (max, sum) = Statistics(x);
        float scale = factor / sum;
        for (int i = Group.IdxX; i < x.IntLength; i += Group.DimX)
        {
            x[i] = scale * MathF.Exp(x[i] - max) - (i == target ? factor : 0);
        }
        return max + MathF.Log(sum);
    }

    public static void Clear(ArrayView<float> x)
    {
        for (int i = Group.IdxX; i < x.IntLength; i += Group.DimX) x[i] = 0;
    }

    /// <summary>The row's maximum and sum_i e^(x[i] - maximum).</summary>
    static (float Max, float Sum) Statistics(ArrayView<float> x)
    {
        float max = float.NegativeInfinity, sum = 0;
        for (int i = Group.IdxX; i < x.IntLength; i += Group.DimX)
        {
            float value = x[i];
            if (value > max)
            {
                sum = sum * MathF.Exp(max - value) + 1;
                max = value;
            }
            else
            {
                sum += MathF.Exp(value - max);
            }
        }
        float groupMax = GroupReduce.Max(max);
        // A thread without elements has max = -infinity: its e^-infinity is 0.
        return (groupMax, GroupReduce.Sum(sum * MathF.Exp(max - groupMax)));
    }
}
