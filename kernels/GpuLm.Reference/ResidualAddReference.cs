namespace GpuLm.Reference;

/// <summary>y = a + b, in double.</summary>
public static class ResidualAddReference
{
    /// <summary>y = a + b.</summary>
    public static Oracle Forward(double[] a, double[] b)
    {
        var y = new Oracle(a.Length);
        for (int i = 0; i < a.Length; i++)
        {
            y.Add(i, a[i]);
            y.Add(i, b[i]);
        }
        return y;
    }
}
