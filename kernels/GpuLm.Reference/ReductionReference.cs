namespace GpuLm.Reference;

/// <summary>Sum and mean of a run of numbers.</summary>
public static class ReductionReference
{
    /// <summary>sum_i x[i].</summary>
    public static Oracle Sum(double[] x)
    {
        var sum = new Oracle(1);
        foreach (double value in x) sum.Add(0, value);
        return sum;
    }

    /// <summary>sum_i x[i] / length.</summary>
    public static Oracle Mean(double[] x)
    {
        var sum = Sum(x);
        sum.Set(0, sum.Value[0] / x.Length, sum.Magnitude[0] / x.Length);
        return sum;
    }
}
